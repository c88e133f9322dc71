import type { MessageRoom } from '../message.js';

/** The page of one's own servers. */
export const homeMessages = {
  'home.title': { en: 'My servers', de: 'Meine Server' },
  'home.start': { en: 'Start a server', de: 'Server starten' },
  'home.list': { en: 'Servers', de: 'Server' },
  'home.nothingRuns': { en: 'Nothing runs at the moment.', de: 'Zurzeit läuft nichts.' },
  'home.ended': { en: 'Ended', de: 'Beendet' },
  'home.endedAt': { en: 'ended', de: 'beendet' },
  'home.againHint': {
    en: 'The form, filled in with the same choices',
    de: 'Das Formular, ausgefüllt mit denselben Angaben',
  },
  'home.details': { en: 'Details', de: 'Einzelheiten' },
  'home.log': { en: 'Log', de: 'Protokoll' },
  'home.progress': { en: 'Progress', de: 'Fortschritt' },
  'home.of': { en: 'of {name}', de: 'von {name}' },
  'home.empty.title': {
    en: 'A notebook on a supercomputer, a minute from here',
    de: 'Ein Notebook auf einem Supercomputer, in einer Minute',
  },
  'home.empty.text': {
    en: 'Pick a node type, say for how long, and press start. The hub submits the job, follows it through the queue and opens JupyterLab here in the browser as soon as it runs.',
    de: 'Knotentyp und Laufzeit wählen und starten. Der Hub reicht den Job ein, verfolgt ihn durch die Warteschlange und öffnet JupyterLab hier im Browser, sobald es läuft.',
  },
} as const satisfies MessageRoom;
