import type { MessageRoom } from '../message.js';

/** What the pages of the administration share. */
export const adminMessages = {
  'admin.title': { en: 'Administration', de: 'Verwaltung' },
  'admin.sections': { en: 'Parts of the administration', de: 'Bereiche der Verwaltung' },
  'admin.servers': { en: 'Servers', de: 'Server' },
  'admin.servers.what': {
    en: 'What runs now, of all users: find it, look at it, stop it.',
    de: 'Was gerade läuft, von allen: finden, ansehen, beenden.',
  },
  'admin.sites': { en: 'Sites', de: 'Rechner' },
  'admin.sites.what': {
    en: 'How the sites can be reached, and a test of the whole way there.',
    de: 'Wie die Rechner erreichbar sind, und ein Test des ganzen Weges dorthin.',
  },
  'admin.templates': { en: 'Templates', de: 'Vorlagen' },
  'admin.templates.what': {
    en: 'The job templates: what is in use, and what would change.',
    de: 'Die Job-Vorlagen: was benutzt wird und was sich ändern würde.',
  },
  'admin.notices': { en: 'Notices', de: 'Hinweise' },
  'admin.notices.what': {
    en: 'Announcements for everybody, and the maintenance of sites.',
    de: 'Ankündigungen für alle und Wartungen von Rechnern.',
  },
} as const satisfies MessageRoom;
