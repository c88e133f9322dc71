import type { MessageRoom } from '../message.js';

/** What administrators tell everybody, and the page where they do. */
export const noticesMessages = {
  'notices.title': { en: 'Notices', de: 'Hinweise' },
  'notices.maintenance': { en: 'Maintenance of {site}', de: 'Wartung von {site}' },
  'notices.until': { en: 'Until', de: 'Bis' },

  'adminNotices.problems': { en: 'Nothing was changed', de: 'Nichts wurde geändert' },
  'adminNotices.maintenance': { en: 'Maintenance', de: 'Wartung' },
  'adminNotices.maintenanceWhat': {
    en: 'While a site is under maintenance nobody can start anything there, neither by the form nor by the API; everybody reads why. Servers that run are not touched.',
    de: 'Während ein Rechner gewartet wird, kann dort niemand etwas starten, weder im Formular noch über die API; alle lesen, warum. Laufende Server bleiben unberührt.',
  },
  'adminNotices.noMaintenance': { en: 'No site is under maintenance.', de: 'Kein Rechner wird gewartet.' },
  'adminNotices.newMaintenance': { en: 'Begin a maintenance', de: 'Wartung beginnen' },
  'adminNotices.begin': { en: 'Begin the maintenance', de: 'Wartung beginnen' },
  'adminNotices.endMaintenance': { en: 'End the maintenance of {site}', de: 'Wartung von {site} beenden' },
  'adminNotices.announcements': { en: 'Announcements', de: 'Ankündigungen' },
  'adminNotices.noAnnouncement': { en: 'Nothing is announced.', de: 'Nichts ist angekündigt.' },
  'adminNotices.newAnnouncement': { en: 'Announce something', de: 'Etwas ankündigen' },
  'adminNotices.announce': { en: 'Announce', de: 'Ankündigen' },
  'adminNotices.take': { en: 'Take it down', de: 'Zurücknehmen' },
  'adminNotices.over': { en: 'What is over', de: 'Was vorbei ist' },
  'adminNotices.site': { en: 'Site', de: 'Rechner' },
  'adminNotices.anySite': { en: 'about no site, or all', de: 'keiner oder alle' },
  'adminNotices.level': { en: 'Weight', de: 'Gewicht' },
  'adminNotices.level.info': { en: 'for information', de: 'zur Information' },
  'adminNotices.level.warning': { en: 'a warning', de: 'eine Warnung' },
  'adminNotices.level.trouble': { en: 'trouble', de: 'eine Störung' },
  'adminNotices.textEn': { en: 'Text in English', de: 'Text auf Englisch' },
  'adminNotices.textDe': { en: 'Text in German', de: 'Text auf Deutsch' },
  'adminNotices.textHint': {
    en: 'One language is enough; then everybody reads that one.',
    de: 'Eine Sprache genügt; dann lesen alle diese.',
  },
  'adminNotices.from': { en: 'From', de: 'Ab' },
  'adminNotices.until': { en: 'Until', de: 'Bis' },
  'adminNotices.fromHint': { en: 'Empty: from now on.', de: 'Leer: ab jetzt.' },
  'adminNotices.untilHint': { en: 'Empty: until somebody ends it.', de: 'Leer: bis es jemand beendet.' },
  'adminNotices.maintenanceUntilHint': {
    en: 'It ends by itself then. Empty: it goes on until somebody ends it.',
    de: 'Dann endet sie von selbst. Leer: sie dauert, bis sie jemand beendet.',
  },
  'adminNotices.zone': { en: 'Times are those of {zone}.', de: 'Zeiten gelten in {zone}.' },
  'adminNotices.coming': { en: 'shown from', de: 'sichtbar ab' },
  'adminNotices.by': { en: 'by {admin},', de: 'von {admin},' },
  'adminNotices.endedBy': { en: 'ended by {admin},', de: 'beendet von {admin},' },

  'adminNotices.none': {
    en: 'There is no notice of this id, or it is over already.',
    de: 'Einen Hinweis mit dieser Kennung gibt es nicht, oder er ist schon vorbei.',
  },
  'adminNotices.problem.no-text': {
    en: 'Write a text, in one language at least.',
    de: 'Ein Text fehlt, in wenigstens einer Sprache.',
  },
  'adminNotices.problem.too-long': {
    en: 'A text may have 1000 characters.',
    de: 'Ein Text darf 1000 Zeichen haben.',
  },
  'adminNotices.problem.site-needed': { en: 'Say which site it is.', de: 'Der Rechner fehlt.' },
  'adminNotices.problem.no-such-site': { en: 'There is no such site.', de: 'Diesen Rechner gibt es nicht.' },
  'adminNotices.problem.bad-time': {
    en: 'Write the time like 2026-11-24T18:00.',
    de: 'Die Zeit braucht die Form 2026-11-24T18:00.',
  },
  'adminNotices.problem.too-early': {
    en: 'The end must be later than the beginning, and than now.',
    de: 'Das Ende muss nach dem Anfang liegen, und nach jetzt.',
  },
  'adminNotices.problem.bad-choice': { en: 'Choose one of the list.', de: 'Bitte aus der Liste wählen.' },
} as const satisfies MessageRoom;
