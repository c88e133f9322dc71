import type { MessageRoom } from '../message.js';

/** The templates as administrators see and change them. */
export const adminTemplateMessages = {
  'adminTemplates.title': { en: 'Templates', de: 'Vorlagen' },
  'adminTemplates.lead': {
    en: 'What can be started, and which version of it is in use.',
    de: 'Was gestartet werden kann, und welche Version davon benutzt wird.',
  },
  'adminTemplates.broken.banner': {
    en: '{count, plural, one {A job template has a mistake} other {# job templates have mistakes}}. What was good last stays in use.',
    de: '{count, plural, one {Eine Job-Vorlage hat einen Fehler} other {# Job-Vorlagen haben Fehler}}. Was zuletzt gut war, bleibt in Benutzung.',
  },
  'adminTemplates.folder.banner': {
    en: 'The folder of the job templates cannot be read. Everything stays as it was.',
    de: 'Der Ordner der Job-Vorlagen ist nicht lesbar. Alles bleibt, wie es war.',
  },
  'adminTemplates.inUse': { en: 'In use', de: 'In Benutzung' },
  'adminTemplates.notOffered': { en: 'Not offered', de: 'Wird nicht angeboten' },
  'adminTemplates.version': { en: 'Version', de: 'Version' },
  'adminTemplates.from': { en: 'From', de: 'Woher' },
  'adminTemplates.fromFile': { en: 'its file', de: 'aus ihrer Datei' },
  'adminTemplates.fromAdmin': { en: 'chosen by {name}', de: 'gewählt von {name}' },
  'adminTemplates.sites': { en: 'Sites', de: 'Rechner' },
  'adminTemplates.allSites': { en: 'all', de: 'alle' },
  'adminTemplates.servers': { en: 'Servers now', de: 'Server jetzt' },
  'adminTemplates.serversOld': {
    en: '{count, plural, one {one with an older version} other {# with an older version}}',
    de: '{count, plural, one {einer mit einer älteren Version} other {# mit einer älteren Version}}',
  },
  'adminTemplates.problems': {
    en: '{count, plural, one {one mistake} other {# mistakes}}',
    de: '{count, plural, one {ein Fehler} other {# Fehler}}',
  },
  'adminTemplates.folderProblems': { en: 'What else is wrong with the folder', de: 'Was am Ordner sonst nicht stimmt' },

  'adminTemplates.standing.follows': {
    en: 'The file {file} is in use. A change there counts at once.',
    de: 'Die Datei {file} wird benutzt. Eine Änderung dort gilt sofort.',
  },
  'adminTemplates.standing.same': {
    en: 'An administrator chose this version, and changes of {file} do not count. The file has the same text.',
    de: 'Diese Version wurde in der Verwaltung gewählt, Änderungen an {file} zählen nicht. Die Datei hat denselben Text.',
  },
  'adminTemplates.standing.differs': {
    en: 'An administrator chose this version. The file {file} is different, and does not count.',
    de: 'Diese Version wurde in der Verwaltung gewählt. Die Datei {file} ist anders und zählt nicht.',
  },
  'adminTemplates.standing.broken': {
    en: 'The file {file} cannot be used as it is. What was good last stays in use.',
    de: 'Die Datei {file} kann so nicht benutzt werden. Was zuletzt gut war, bleibt in Benutzung.',
  },
  'adminTemplates.standing.missing': {
    en: 'There is no file {file} any more, or the folder cannot be read. What is in use stays in use.',
    de: 'Die Datei {file} gibt es nicht mehr, oder der Ordner ist nicht lesbar. Was in Benutzung ist, bleibt es.',
  },
  'adminTemplates.standing.gone': {
    en: 'The file {file} was deleted, so nobody can start this. An old version can be put in use again.',
    de: 'Die Datei {file} wurde gelöscht, deshalb kann dies niemand starten. Eine alte Version kann wieder benutzt werden.',
  },
  'adminTemplates.showFileChanges': {
    en: 'What would change with the file',
    de: 'Was sich mit der Datei ändern würde',
  },
  'adminTemplates.openFile': { en: 'Put the file on the workbench', de: 'Datei auf die Werkbank legen' },
  'adminTemplates.back': { en: 'Go back to the file', de: 'Zurück zur Datei' },
  'adminTemplates.takeAway': { en: 'Offer it no more', de: 'Nicht mehr anbieten' },

  'adminTemplates.stale': {
    en: 'Meanwhile another version was put in use ({who}). Below is what yours changes of it. Look, and decide again.',
    de: 'Inzwischen wird eine andere Version benutzt ({who}). Unten steht, was Ihre daran ändert. Bitte ansehen und neu entscheiden.',
  },
  'adminTemplates.used': {
    en: 'Version {version} is in use now.',
    de: 'Version {version} ist jetzt in Benutzung.',
  },
  'adminTemplates.trial': { en: 'For whom and with what', de: 'Für wen und womit' },
  'adminTemplates.user': { en: 'User', de: 'Benutzer' },
  'adminTemplates.noSuchUser': { en: 'There is no such user.', de: 'Diesen Benutzer gibt es nicht.' },
  'adminTemplates.site': { en: 'Site', de: 'Rechner' },
  'adminTemplates.wrongChoices': { en: 'These choices are refused', de: 'Diese Auswahl wird abgelehnt' },
  'adminTemplates.limitsUnknown': {
    en: 'The limits of the site are not known now; the script is what it would be without them.',
    de: 'Die Grenzen des Rechners sind gerade nicht bekannt; so sähe das Skript ohne sie aus.',
  },
  'adminTemplates.source': { en: 'Source', de: 'Quelltext' },
  'adminTemplates.script': { en: 'Job script', de: 'Job-Skript' },
  'adminTemplates.noScript': {
    en: 'There is no script as long as there are mistakes.',
    de: 'Solange es Fehler gibt, gibt es kein Skript.',
  },
  'adminTemplates.oldScript': {
    en: 'This is the script from before the mistake.',
    de: 'Das ist das Skript von vor dem Fehler.',
  },
  'adminTemplates.unchecked': {
    en: 'This could not be checked while you typed. The buttons below try again.',
    de: 'Das ließ sich beim Tippen nicht prüfen. Die Knöpfe unten versuchen es noch einmal.',
  },
  'adminTemplates.noFaults': { en: 'No mistakes.', de: 'Keine Fehler.' },
  'adminTemplates.faults': { en: 'Mistakes', de: 'Fehler' },
  'adminTemplates.remarks': { en: 'Worth a look', de: 'Einen Blick wert' },
  'adminTemplates.parts': { en: 'Parts that it includes', de: 'Bausteine, die sie einbindet' },
  'adminTemplates.partsNote': {
    en: 'They are shared, and come from the folder.',
    de: 'Sie werden gemeinsam benutzt und kommen aus dem Ordner.',
  },
  'adminTemplates.changes': {
    en: 'What changes against the version in use',
    de: 'Was sich gegenüber der benutzten Version ändert',
  },
  'adminTemplates.noChanges': { en: 'Nothing.', de: 'Nichts.' },
  'adminTemplates.lineAdded': { en: 'added', de: 'neu' },
  'adminTemplates.lineRemoved': { en: 'removed', de: 'entfällt' },
  'adminTemplates.decide': { en: 'Decide', de: 'Entscheiden' },
  'adminTemplates.note': { en: 'Why', de: 'Warum' },
  'adminTemplates.noteHint': {
    en: 'One line for the history; it may be empty.',
    de: 'Eine Zeile für den Verlauf; sie darf leer sein.',
  },
  'adminTemplates.check': { en: 'Check', de: 'Prüfen' },
  'adminTemplates.try': { en: 'Test on the cluster', de: 'Auf dem Cluster testen' },
  'adminTemplates.use': { en: 'Put in use', de: 'In Benutzung nehmen' },
  'adminTemplates.tryHint': {
    en: 'The test asks Slurm as the account of that user and submits nothing.',
    de: 'Der Test fragt Slurm unter dem Konto dieses Benutzers und reicht nichts ein.',
  },
  'adminTemplates.notUsed': {
    en: 'It was not put in use, because of these mistakes:',
    de: 'Wegen dieser Fehler wurde sie nicht in Benutzung genommen:',
  },
  'adminTemplates.taken': {
    en: '{site} would take this job of {account}. Nothing was submitted.',
    de: '{site} würde diesen Job von {account} annehmen. Eingereicht wurde nichts.',
  },
  'adminTemplates.notTaken': { en: '{site} would not take this job.', de: '{site} würde diesen Job nicht annehmen.' },
  'adminTemplates.notTried': { en: 'It could not be tested.', de: 'Der Test war nicht möglich.' },
  'adminTemplates.oldTrial': {
    en: 'Something was changed after this test:',
    de: 'Nach diesem Test wurde etwas geändert:',
  },
  'adminTemplates.start': { en: 'Start', de: 'Start' },
  'adminTemplates.nodes': { en: 'Nodes', de: 'Knoten' },
  'adminTemplates.partition': { en: 'Partition', de: 'Partition' },
  'adminTemplates.slurmSays': { en: 'Slurm says', de: 'Slurm sagt' },

  'adminTemplates.tooLarge': {
    en: 'A template has at most {kib} KiB.',
    de: 'Eine Vorlage hat höchstens {kib} KiB.',
  },

  'adminTemplates.history': { en: 'History', de: 'Verlauf' },
  'adminTemplates.when': { en: 'Since', de: 'Seit' },
  'adminTemplates.what': { en: 'What', de: 'Was' },
  'adminTemplates.who': { en: 'By', de: 'Wer' },
  'adminTemplates.file': { en: 'the file counts', de: 'die Datei gilt' },
  'adminTemplates.chosen': { en: 'chosen', de: 'gewählt' },
  'adminTemplates.gone': { en: 'no longer offered', de: 'nicht mehr angeboten' },
  'adminTemplates.neverUsed': { en: 'never in use', de: 'nie benutzt' },
  'adminTemplates.disk': { en: 'the folder', de: 'der Ordner' },
  'adminTemplates.commandLine': { en: 'the command line', de: 'die Kommandozeile' },

  'adminTemplates.versionTitle': { en: '{name}, version {version}', de: '{name}, Version {version}' },
  'adminTemplates.seenFirst': { en: 'First seen', de: 'Zuerst gesehen' },
  'adminTemplates.origin': { en: 'From', de: 'Woher' },
  'adminTemplates.versionServers': { en: 'Servers that it made, now', de: 'Server daraus, jetzt' },
  'adminTemplates.noServers': { en: 'none', de: 'keine' },
  'adminTemplates.versionChanges': {
    en: 'What changes if it is put in use',
    de: 'Was sich ändert, wenn sie in Benutzung genommen wird',
  },
  'adminTemplates.isInUse': { en: 'This version is in use.', de: 'Diese Version ist in Benutzung.' },
  'adminTemplates.useAgain': { en: 'Put this version in use', de: 'Diese Version in Benutzung nehmen' },
  'adminTemplates.edit': { en: 'Put it on the workbench', de: 'Auf die Werkbank legen' },
  'adminTemplates.tooOld': {
    en: 'This version cannot be used with this juhub any more:',
    de: 'Diese Version kann mit diesem juhub nicht mehr benutzt werden:',
  },
} as const satisfies MessageRoom;
