import type { MessageRoom } from '../message.js';

/** The page of one server: its progress, and how it ended. */
export const serverMessages = {
  'server.now': { en: 'Now', de: 'Jetzt' },
  'server.againLong': { en: 'Start again with the same choices', de: 'Mit denselben Angaben neu starten' },
  'server.expectedStart': {
    en: 'Expected start, as the scheduler guesses now:',
    de: 'Voraussichtlicher Start, wie der Scheduler jetzt schätzt:',
  },
  'server.requested': { en: 'Requested', de: 'Angefordert' },
  'server.opensItself': {
    en: 'It opens here by itself when it is ready.',
    de: 'Er öffnet sich hier von selbst, sobald er bereit ist.',
  },
  'server.mayClose': {
    en: 'You can close this page; the server does not need it.',
    de: 'Die Seite kann geschlossen werden; der Server braucht sie nicht.',
  },
  'server.timeLeft': { en: 'Time left:', de: 'Verbleibende Zeit:' },
  'server.steps': { en: 'Steps', de: 'Schritte' },
  'server.facts': { en: 'What it is', de: 'Was es ist' },
  'server.template': { en: 'Template', de: 'Vorlage' },
  'server.logEnd': { en: 'The end of its log', de: 'Das Ende des Protokolls' },
  'server.logProblem': {
    en: 'Its folder on the site could not be read or removed yet; this is tried again every few minutes. What stood in the way:',
    de: 'Der Ordner auf dem Rechner ließ sich noch nicht lesen oder entfernen; alle paar Minuten wird es wieder versucht. Was im Weg stand:',
  },
  'server.script': { en: 'The job script', de: 'Das Job-Skript' },
  'server.none': {
    en: 'You have no server called “{name}”.',
    de: 'Es gibt keinen eigenen Server namens „{name}“.',
  },
} as const satisfies MessageRoom;
