import type { MessageRoom } from '../message.js';

/** What is wrong with a choice; the keys are the codes of ChoiceProblem (job-template, and the steps of a spawn). */
export const problemMessages = {
  'problem.above-maximum': {
    en: '{label}: at most {limit}{unit, select, minutes { minutes} other {}} are allowed; you asked for {asked}.',
    de: '{label}: höchstens {limit}{unit, select, minutes { Minuten} other {}} sind erlaubt; verlangt waren {asked}.',
  },
  'problem.below-minimum': {
    en: '{label}: at least {limit}{unit, select, minutes { minutes} other {}} is needed; you asked for {asked}.',
    de: '{label}: mindestens {limit}{unit, select, minutes { Minuten} other {}} sind nötig; verlangt waren {asked}.',
  },
  'problem.gpus-none': {
    en: '{kind, select, login {{place}} other {The partition {place}}} has no GPUs; you asked for {asked}.',
    de: '{kind, select, login {{place}} other {Die Partition {place}}} hat keine GPUs; verlangt waren {asked}.',
  },
  'problem.gpus-per-node': {
    en: '{kind, select, login {{place}} other {The partition {place}}} has {limit, plural, one {# GPU} other {# GPUs}}{gpuType, select, empty {} other { ({gpuType})}} a node; you asked for {asked}.',
    de: '{kind, select, login {{place}} other {Die Partition {place}}} hat {limit, plural, one {# GPU} other {# GPUs}}{gpuType, select, empty {} other { ({gpuType})}} je Knoten; verlangt waren {asked}.',
  },
  'problem.minutes-of-partition': {
    en: '{kind, select, login {{place}} other {The partition {place}}} allows at most {limit} minutes; you asked for {asked}.',
    de: '{kind, select, login {{place}} other {Die Partition {place}}} erlaubt höchstens {limit} Minuten; verlangt waren {asked}.',
  },
  'problem.minutes-of-project': {
    en: 'The project {project} allows at most {limit} minutes; you asked for {asked}.',
    de: 'Das Projekt {project} erlaubt höchstens {limit} Minuten; verlangt waren {asked}.',
  },
  'problem.minutes-of-qos': {
    en: 'The QOS {qos} allows at most {limit} minutes; you asked for {asked}.',
    de: 'Die Dienstgüte (QOS) {qos} erlaubt höchstens {limit} Minuten; verlangt waren {asked}.',
  },
  'problem.missing': { en: '{label} is missing.', de: '{label} fehlt.' },
  'problem.missing-of': {
    en: '{label} is missing. {count, plural, =0 {There is none to choose from.} other {Choose from: {offered}.}}',
    de: '{label} fehlt. {count, plural, =0 {Es steht nichts zur Wahl.} other {Zur Wahl stehen: {offered}.}}',
  },
  'problem.no-number': {
    en: '{label}: “{given}” is no whole number. Write digits only, such as {example}.',
    de: '{label}: „{given}“ ist keine ganze Zahl. Nur Ziffern schreiben, etwa {example}.',
  },
  'problem.no-truth': {
    en: '{label}: “{given}” is neither true nor false.',
    de: '{label}: „{given}“ ist weder true noch false.',
  },
  'problem.nodes-of-partition': {
    en: '{kind, select, login {{place}} other {The partition {place}}} allows {min} to {max} nodes; you asked for {asked}.',
    de: '{kind, select, login {{place}} other {Die Partition {place}}} erlaubt {min} bis {max} Knoten; verlangt waren {asked}.',
  },
  'problem.not-offered': {
    en: '“{given}” is no {type, select, partition {node type} account {project of yours} qos {QOS of yours} reservation {reservation of yours} other {choice for “{label}”}}{place, select, empty {} other { for {place}}}. {count, plural, =0 {There is none to choose from.} other {Choose from: {offered}.}}',
    de: '„{given}“ ist {type, select, partition {kein Knotentyp} account {kein eigenes Projekt} qos {keine eigene Dienstgüte (QOS)} reservation {keine eigene Reservierung} other {keine Möglichkeit für „{label}“}}{place, select, empty {} other { für {place}}}. {count, plural, =0 {Es steht nichts zur Wahl.} other {Zur Wahl stehen: {offered}.}}',
  },
  'problem.reservation-needed': {
    en: 'The partition {place} takes jobs of a reservation alone. {count, plural, =0 {There is none to choose from.} other {Choose from: {offered}.}}',
    de: 'Die Partition {place} nimmt nur Jobs einer Reservierung. {count, plural, =0 {Es steht keine zur Wahl.} other {Zur Wahl stehen: {offered}.}}',
  },
  'problem.text-form': {
    en: '{label}: “{given}” has not the form that is asked for ({form}).',
    de: '{label}: „{given}“ hat nicht die verlangte Form ({form}).',
  },
  'problem.text-length': {
    en: '{label}: {min} to {max} characters are allowed; this has {length}.',
    de: '{label}: {min} bis {max} Zeichen sind erlaubt; dies hat {length}.',
  },
  'problem.unknown-field': {
    en: '{template} has no field “{given}”. It has: {known}.',
    de: '{template} hat kein Feld „{given}“. Es gibt: {known}.',
  },
  'problem.unsafe-character': {
    en: 'A value must be a single line of text; this one holds {character}.',
    de: 'Ein Wert muss eine einzelne Textzeile sein; dieser enthält einen Zeilenumbruch oder ein Steuerzeichen ({character}).',
  },

  'problem.no-such-site': { en: 'There is no site called “{given}”.', de: 'Es gibt keinen Rechner namens „{given}“.' },
  'problem.no-such-template': {
    en: 'There is no template called “{given}”.',
    de: 'Es gibt keine Vorlage namens „{given}“.',
  },
  'problem.template-not-here': {
    en: '{site} does not offer {template}.',
    de: '{template} wird auf {site} nicht angeboten.',
  },
  'problem.script-failed': {
    en: 'The job script could not be made of this: {why}',
    de: 'Daraus ließ sich kein Job-Skript machen: {why}',
  },
  'problem.server-name': {
    en: 'A server’s name has 1 to 31 lower-case letters, digits and hyphens, and begins with a letter or digit.',
    de: 'Der Name eines Servers besteht aus 1 bis 31 Kleinbuchstaben, Ziffern und Bindestrichen und beginnt mit einem Buchstaben oder einer Ziffer.',
  },
  'problem.server-name-taken': {
    en: 'You already have a server called {name}. Stop it first, or give the new one another name.',
    de: 'Es gibt schon einen eigenen Server namens {name}. Diesen zuerst stoppen oder dem neuen einen anderen Namen geben.',
  },
  'problem.too-many-servers': {
    en: 'You have {limit, plural, one {a server} other {# servers}}, and nobody may have more at once. Stop one first.',
    de: '{limit, plural, one {Es gibt schon einen eigenen Server} other {Es gibt schon # eigene Server}}, und mehr darf niemand zugleich haben. Erst einen stoppen.',
  },
  'problem.site-in-maintenance': {
    en: 'Nothing can be started on {site} now: it is under maintenance. Servers that run there go on.',
    de: 'Auf {site} kann gerade nichts gestartet werden: Der Rechner wird gewartet. Laufende Server laufen weiter.',
  },
  'problem.site-not-asked': {
    en: 'The site cannot be asked now, so nothing was started. {why}',
    de: 'Der Rechner kann zurzeit nicht gefragt werden; es wurde nichts gestartet. {why}',
  },
} as const satisfies MessageRoom;
