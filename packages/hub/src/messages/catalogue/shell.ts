import type { MessageRoom } from '../message.js';

/** What stands around every page. */
export const shellMessages = {
  'shell.skip': { en: 'Skip to the content', de: 'Zum Inhalt springen' },
  'shell.mainMenu': { en: 'Main', de: 'Hauptmenü' },
  'shell.myServers': { en: 'My servers', de: 'Meine Server' },
  'shell.start': { en: 'Start', de: 'Starten' },
  'shell.tokens': { en: 'Tokens', de: 'Tokens' },
  'shell.admin': { en: 'Administration', de: 'Verwaltung' },
  'shell.signedInAs': { en: 'Signed in as', de: 'Angemeldet als' },
  'shell.signIn': { en: 'Sign in', de: 'Anmelden' },
  'shell.signOut': { en: 'Sign out', de: 'Abmelden' },
  'shell.language': { en: 'Language', de: 'Sprache' },
} as const satisfies MessageRoom;
