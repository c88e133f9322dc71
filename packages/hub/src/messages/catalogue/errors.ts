import type { MessageRoom } from '../message.js';

/** What the shell says when it cannot give what was asked for: `error.title.<status>`, and a sentence. */
export const errorMessages = {
  'error.title.403': { en: 'Not allowed', de: 'Nicht erlaubt' },
  'error.title.404': { en: 'Not found', de: 'Nicht gefunden' },
  'error.title.429': { en: 'Too many attempts', de: 'Zu viele Versuche' },
  'error.title.500': { en: 'Something went wrong', de: 'Etwas ist schiefgegangen' },
  'error.title.503': { en: 'Not now', de: 'Gerade nicht' },
  'error.title': { en: 'Not possible', de: 'Nicht möglich' },
  'error.400': { en: 'The request could not be understood.', de: 'Die Anfrage war nicht zu verstehen.' },
  'error.404': {
    en: 'There is no such page. It may have moved, or the address has a slip of the pen.',
    de: 'Diese Seite gibt es nicht. Vielleicht ist sie umgezogen, oder in der Adresse steckt ein Tippfehler.',
  },
  'error.405': {
    en: 'This page does not take such a request.',
    de: 'Diese Seite nimmt solche Anfragen nicht an.',
  },
  'error.413': { en: 'What was sent is too large.', de: 'Was geschickt wurde, ist zu groß.' },
  'error.415': {
    en: 'What was sent has a form that is not understood here.',
    de: 'Was geschickt wurde, hat eine Form, die hier nicht verstanden wird.',
  },
  'error.500': {
    en: 'This is a fault of the hub, not yours. Please try again; if it happens again, tell your administrators the reference below.',
    de: 'Das ist ein Fehler des Hubs. Bitte noch einmal versuchen; wenn es wieder geschieht, den Administratoren das Zeichen unten nennen.',
  },
  'error.code.database-full': {
    en: 'The hub can save nothing just now, for its disk is full. Nothing was changed, and running servers go on. Please tell your administrators, with the reference below.',
    de: 'Der Hub kann gerade nichts speichern, weil seine Platte voll ist. Es wurde nichts geändert, und laufende Server laufen weiter. Bitte den Administratoren Bescheid geben und das Zeichen unten nennen.',
  },
  'error.code.database-busy': {
    en: 'The database of the hub is busy just now. Nothing was changed, and running servers go on. Please try again in a moment.',
    de: 'Die Datenbank des Hubs ist gerade beschäftigt. Es wurde nichts geändert, und laufende Server laufen weiter. Bitte gleich noch einmal versuchen.',
  },
  'error.code.database-away': {
    en: 'The database of the hub does not answer just now. Nothing was changed, and running servers go on. Please try again in a moment; if it lasts, tell your administrators the reference below.',
    de: 'Die Datenbank des Hubs antwortet gerade nicht. Es wurde nichts geändert, und laufende Server laufen weiter. Bitte gleich noch einmal versuchen; wenn es dauert, den Administratoren das Zeichen unten nennen.',
  },
  'error.code.unknown-template': {
    en: '{version, select, none {There is no template called {name}.} other {There is no version {version} of {name}.}}',
    de: '{version, select, none {Es gibt keine Vorlage namens {name}.} other {Es gibt keine Version {version} von {name}.}}',
  },
  'error.noSuchFile': { en: 'There is no such file.', de: 'Diese Datei gibt es nicht.' },
  'error.reference': { en: 'Reference:', de: 'Zeichen:' },
  'error.signInNeeded': { en: 'Please sign in first.', de: 'Bitte zuerst anmelden.' },
  'error.foreignOrigin': {
    en: 'This was not sent by a page of this hub, which is at {url}.',
    de: 'Das kam nicht von einer Seite dieses Hubs; er hat die Adresse {url}.',
  },
  'error.xsrf': {
    en: 'This page was open for too long, or in another session. Go back, reload it and try again.',
    de: 'Diese Seite war zu lange offen, oder in einer anderen Sitzung. Bitte zurückgehen, neu laden und noch einmal versuchen.',
  },
  'error.notAWindow': {
    en: 'Pages of the hub can only be opened in a window or tab of their own.',
    de: 'Seiten des Hubs lassen sich nur in einem eigenen Fenster oder Tab öffnen.',
  },
} as const satisfies MessageRoom;
