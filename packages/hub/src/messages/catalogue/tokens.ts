import type { MessageRoom } from '../message.js';

/** The page of one's tokens for the REST API. */
export const tokensMessages = {
  'tokens.title': { en: 'Tokens', de: 'Tokens' },
  'tokens.lead': {
    en: 'Keys with which programs of yours use the REST API.',
    de: 'Schlüssel, mit denen eigene Programme die REST-API benutzen.',
  },
  'tokens.api': { en: 'What it can do', de: 'Was sie kann' },
  'tokens.new': { en: 'The token for {label}', de: 'Das Token für {label}' },
  'tokens.new.text': {
    en: 'Copy it now: it is not kept, and cannot be shown again. Whoever has it can act for you.',
    de: 'Jetzt kopieren: Es wird nicht aufbewahrt und lässt sich nicht noch einmal anzeigen. Wer es hat, kann im Namen dieses Kontos handeln.',
  },
  'tokens.make': { en: 'Make a token', de: 'Ein Token erstellen' },
  'tokens.label': { en: 'What it is for', de: 'Wofür es ist' },
  'tokens.use': { en: 'Good for', de: 'Erlaubt' },
  'tokens.use.all': { en: 'everything with my servers', de: 'alles mit meinen Servern' },
  'tokens.use.read': { en: 'only looking', de: 'nur ansehen' },
  'tokens.use.admin': { en: 'the administration of this hub', de: 'die Verwaltung dieses Hubs' },
  'tokens.days': { en: 'For', de: 'Gilt' },
  'tokens.days.count': {
    en: '{days, plural, one {# day} other {# days}}',
    de: '{days, plural, one {# Tag} other {# Tage}}',
  },
  'tokens.days.year': { en: 'one year', de: 'ein Jahr' },
  'tokens.days.none': { en: 'until I take it back', de: 'bis ich es zurückziehe' },
  'tokens.submit': { en: 'Make the token', de: 'Token erstellen' },
  'tokens.list': { en: 'Your tokens', de: 'Eigene Tokens' },
  'tokens.made': { en: 'made', de: 'erstellt' },
  'tokens.expires': { en: 'expires', de: 'läuft ab' },
  'tokens.expired': { en: 'expired', de: 'abgelaufen' },
  'tokens.neverExpires': { en: 'does not expire', de: 'läuft nicht ab' },
  'tokens.lastUsed': { en: 'last used', de: 'zuletzt benutzt' },
  'tokens.neverUsed': { en: 'never used', de: 'nie benutzt' },
  'tokens.revoke': { en: 'Take back', de: 'Zurückziehen' },
  'tokens.badLabel': {
    en: 'The label must be one line of 1 to {most} characters.',
    de: 'Wofür es ist: eine Zeile mit 1 bis {most} Zeichen.',
  },
  'tokens.choose': {
    en: 'Please choose what the token is good for, and for how long.',
    de: 'Bitte wählen, was das Token darf und wie lange es gilt.',
  },
  'tokens.tooMany': {
    en: 'You have {most} tokens. Take one back first.',
    de: 'Es gibt schon {most} Tokens. Bitte zuerst eines zurückziehen.',
  },
  'tokens.gone': {
    en: 'You have no such token. Perhaps it was taken back already.',
    de: 'Dieses Token gibt es nicht. Vielleicht wurde es schon zurückgezogen.',
  },
} as const satisfies MessageRoom;
