import type { MessageRoom } from '../message.js';

/** What several pages say of a server. */
export const wordsMessages = {
  'words.version': { en: 'version {version}', de: 'Version {version}' },
  'words.site': { en: 'Site', de: 'Rechner' },
  'words.nodeType': { en: 'Node type', de: 'Knotentyp' },
  'words.node': { en: 'Node', de: 'Läuft auf' },
  'words.job': {
    en: '{kind, select, process {Process} other {Job}}',
    de: '{kind, select, process {Prozess} other {Job}}',
  },
  'words.loginNode': { en: 'Login node', de: 'Login-Knoten' },
  'words.timeLeft': { en: 'Time left', de: 'Verbleibende Zeit' },
  'words.place': {
    en: '{of, plural, one {It is the only job that waits for {partition}.} other {Number {position} of the # jobs that wait for {partition}, by priority.}}',
    de: '{of, plural, one {Er ist der einzige Job, der auf {partition} wartet.} other {Nummer {position} der # Jobs, die auf {partition} warten, nach Priorität.}}',
  },
  'words.placeInLine': {
    en: 'Waiting for its turn at the hub: place {place}.',
    de: 'Wartet beim Hub, bis er an der Reihe ist: Platz {place}.',
  },
  'words.expectedStart': { en: 'Expected start', de: 'Voraussichtlicher Start' },
  'words.yes': { en: 'yes', de: 'ja' },
  'words.no': { en: 'no', de: 'nein' },
  'words.open': { en: 'Open', de: 'Öffnen' },
  'words.stop': { en: 'Stop', de: 'Stoppen' },
  'words.cancel': { en: 'Cancel', de: 'Abbrechen' },
  'words.startAgain': { en: 'Start again', de: 'Neu starten' },
  'words.sameChoices': { en: 'with the same choices', de: 'mit denselben Angaben' },
  'words.exitCode': { en: 'Its job ended with exit code {code}.', de: 'Sein Job endete mit Exit-Code {code}.' },
  'words.signal': { en: 'Its job was ended by signal {signal}.', de: 'Sein Job wurde durch Signal {signal} beendet.' },
  'words.ownWords': { en: 'In its own words:', de: 'Im Wortlaut:' },
  'words.slurmWord': { en: 'Slurm’s word:', de: 'Slurms Wort:' },

  'words.idle.since': { en: '“{name}” has not been used since', de: '„{name}“ ist ungenutzt seit' },
  'words.idle.ends': { en: 'If that stays so, it will be ended at', de: 'Bleibt es dabei, wird er beendet um' },
  'words.idle.keep': { en: 'I am still working', de: 'Ich arbeite noch' },
  'words.idle.label': { en: 'Ended when unused', de: 'Ende bei Nichtgebrauch' },
  'words.idle.limit': { en: 'after {limit}', de: 'nach {limit}' },
  'words.idle.limitIfBusy': {
    en: 'after {limit}; while a kernel computes, after {busy}',
    de: 'nach {limit}; solange ein Kernel rechnet, nach {busy}',
  },

  'words.unreachable.hub': {
    en: 'A part of juhub does not answer since',
    de: 'Ein Teil von juhub antwortet nicht seit',
  },
  'words.unreachable.site': {
    en: 'The site cannot be reached by SSH since',
    de: 'Der Rechner ist nicht über SSH erreichbar seit',
  },
  'words.unreachable.scheduler': {
    en: 'The scheduler of the site does not answer since',
    de: 'Der Scheduler des Rechners antwortet nicht seit',
  },
  'words.unreachable.server': {
    en: 'The server cannot be reached on its node since',
    de: 'Der Server ist auf seinem Knoten nicht erreichbar seit',
  },
  'words.unreachable.any': { en: 'The site cannot be asked since', de: 'Der Rechner kann nicht gefragt werden seit' },
  'words.unreachable.keeps': {
    en: 'The server keeps running; what is shown here may be old.',
    de: 'Der Server läuft weiter; was hier steht, ist vielleicht veraltet.',
  },
} as const satisfies MessageRoom;
