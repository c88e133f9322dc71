import type { MessageRoom } from '../message.js';

/** The form that starts a server. */
export const startMessages = {
  'start.title': { en: 'Start a server', de: 'Server starten' },
  'start.nothingStarted': { en: 'Nothing was started yet', de: 'Es wurde noch nichts gestartet' },
  'start.nothingOffered': { en: 'Nothing can be started here now', de: 'Hier lässt sich zurzeit nichts starten' },
  'start.nothingOfferedWhy': {
    en: 'No template is offered on this site. Please tell the administrators of this hub.',
    de: 'Auf diesem Rechner wird keine Vorlage angeboten. Bitte der Administration dieses Hubs melden.',
  },
  'start.whatToStart': { en: 'What to start', de: 'Was gestartet wird' },
  'start.presets': { en: 'Presets', de: 'Voreinstellungen' },
  'start.presetsHint': {
    en: 'Fill the form in with a good choice:',
    de: 'Das Formular mit einer guten Wahl ausfüllen:',
  },
  'start.whatItGets': { en: 'What it gets', de: 'Was er bekommt' },
  'start.readyToGo': { en: 'Ready to go', de: 'Bereit zum Start' },
  'start.name': { en: 'Name', de: 'Name' },
  'start.nameHint': {
    en: 'Lower-case letters, digits and hyphens. You can have several servers, each with a name of its own.',
    de: 'Kleinbuchstaben, Ziffern und Bindestriche. Mehrere Server sind möglich, jeder mit eigenem Namen.',
  },
  'start.start': { en: 'Start', de: 'Starten' },
  'start.link': { en: 'Copy link to this choice', de: 'Link zu dieser Auswahl kopieren' },
  'start.plainLink': { en: 'Link to this choice', de: 'Link zu dieser Auswahl' },
  'start.projectsUnknown': {
    en: 'Your projects are not known now.',
    de: 'Die eigenen Projekte sind zurzeit nicht bekannt.',
  },
  'start.projectsOld': {
    en: 'Your projects may have changed.',
    de: 'Die eigenen Projekte sind vielleicht nicht mehr aktuell.',
  },
  'start.notYet': { en: 'The site has not answered yet.', de: 'Der Rechner hat noch nicht geantwortet.' },

  'start.freeAsOf': { en: 'Free now: as the site said', de: 'Frei: Stand laut Rechner' },
  'start.cannotAsk': { en: 'The site cannot be asked now.', de: 'Der Rechner kann zurzeit nicht gefragt werden.' },
  'start.shownIs': { en: 'What is shown is what it said at', de: 'Angezeigt wird, was er zuletzt gesagt hat:' },
  'start.loadAgain': {
    en: 'The site has not answered yet. Load this page again in a moment.',
    de: 'Der Rechner hat noch nicht geantwortet. Diese Seite gleich noch einmal laden.',
  },
  'start.default': { en: 'default', de: 'Standard' },
  'start.whatItIs': { en: 'What it is', de: 'Was es ist' },
  'start.loginNode': {
    en: 'The login node itself: no queue, no job, shared with everybody. For small work.',
    de: 'Der Login-Knoten selbst: keine Warteschlange, kein Job, mit allen geteilt. Für kleine Arbeiten.',
  },
  'start.eachNode': { en: 'Each node', de: 'Je Knoten' },
  'start.cores': {
    en: '{count, plural, one {# core} other {# cores}}',
    de: '{count, plural, one {# Kern} other {# Kerne}}',
  },
  'start.gpusPerNode': { en: 'GPUs a node', de: 'GPUs je Knoten' },
  'start.none': { en: 'none', de: 'keine' },
  'start.nodesPerJob': { en: 'Nodes a job', de: 'Knoten je Job' },
  'start.range': { en: '{min} to {max}', de: '{min} bis {max}' },
  'start.longestRun': { en: 'Longest run', de: 'Längste Laufzeit' },
  'start.noLimit': { en: 'no limit', de: 'unbegrenzt' },
  'start.freeNow': { en: 'Free now', de: 'Jetzt frei' },
  'start.idleNodes': {
    en: '{idle} of {total, plural, one {# node} other {# nodes}} idle',
    de: '{idle} von {total} Knoten frei',
  },
  'start.freeGpus': {
    en: '{count, plural, one {# GPU} other {# GPUs}} free',
    de: '{count, plural, one {# GPU} other {# GPUs}} frei',
  },
  'start.freeOfType': { en: '{count} × {type}', de: '{count} × {type}' },
  'start.outNodes': {
    en: '{count, plural, one {# node} other {# nodes}} down, drained, in maintenance or reserved',
    de: '{count} Knoten ausgefallen, gesperrt, in Wartung oder reserviert',
  },
  'start.wholeNodes': { en: 'Jobs get whole nodes', de: 'Jobs bekommen ganze Knoten' },
  'start.inReservation': {
    en: 'With your reservation {name}: {idle, plural, one {# node} other {# nodes}} idle{gpus, plural, =0 {} one {, # GPU free} other {, # GPUs free}}',
    de: 'Mit der eigenen Reservierung {name}: {idle} Knoten frei{gpus, plural, =0 {} one {, # GPU frei} other {, # GPUs frei}}',
  },
  'start.notAvailable': { en: 'Not available', de: 'Nicht verfügbar' },
  'start.obstacle.down': {
    en: 'It is down, drained or inactive now; the site’s administrators know why.',
    de: 'Zurzeit außer Betrieb; die Administration des Rechners weiß, warum.',
  },
  'start.obstacle.projects': {
    en: 'None of your projects may use it.',
    de: 'Keines der eigenen Projekte darf sie nutzen.',
  },

  'start.optional': { en: 'optional', de: 'optional' },
  'start.hours': { en: 'hours', de: 'Stunden' },
  'start.minutes': { en: 'minutes', de: 'Minuten' },
  'start.notChosen': { en: 'Not chosen', de: 'Nicht gewählt' },
  'start.siteDefault': { en: 'The site’s default', de: 'Vorgabe des Rechners' },
  'start.noReservation': { en: 'Without a reservation', de: 'Ohne Reservierung' },
  'start.reservationUntil': { en: '{name}, until {time}', de: '{name}, bis {time}' },
  'start.reservationFrom': { en: '{name}, from {time}', de: '{name}, ab {time}' },
  'start.hint.rangeOn': { en: '{range} on {place}.', de: '{range} auf {place}.' },
  'start.hint.perNodeOn': { en: '{range} per node on {place}.', de: '{range} je Knoten auf {place}.' },
  'start.hint.noGpus': { en: '{place} has no GPUs.', de: '{place} hat keine GPUs.' },
  'start.hint.noLimitOn': { en: 'No limit on {place}.', de: 'Unbegrenzt auf {place}.' },
  'start.hint.upToOn': { en: 'Up to {max} on {place}.', de: 'Bis zu {max} auf {place}.' },
  'start.hint.atLeast': { en: 'At least {min}.', de: 'Mindestens {min}.' },
  'start.hint.upTo': { en: 'Up to {max}.', de: 'Bis zu {max}.' },
  'start.hint.range': { en: '{min} to {max}.', de: '{min} bis {max}.' },

  'start.check': { en: 'Check the start time', de: 'Startzeit prüfen' },
  'start.expected': { en: 'Expected start', de: 'Voraussichtlicher Start' },
  'start.expected.now': { en: 'Now', de: 'Jetzt' },
  'start.expected.in': { en: 'In about {duration}', de: 'In etwa {duration}' },
  'start.expected.guess': {
    en: 'As the scheduler guesses now; nothing is reserved by it.',
    de: 'So schätzt es der Scheduler jetzt; reserviert ist damit nichts.',
  },
  'start.expected.atOnce': { en: 'At once', de: 'Sofort' },
  'start.expected.noQueue': { en: 'There is no queue to wait in.', de: 'Es gibt keine Warteschlange.' },
  'start.expected.taken': { en: 'Some time', de: 'Irgendwann' },
  'start.expected.noTime': {
    en: 'The scheduler would take it, and does not say when it would start.',
    de: 'Der Scheduler würde es annehmen, sagt aber nicht, wann es startet.',
  },
  'start.expected.never': { en: 'Never like this', de: 'So nie' },
  'start.expected.notNow': { en: 'Not now', de: 'Zurzeit nicht' },
  'start.expected.unknown': { en: 'Not known', de: 'Nicht bekannt' },
  'start.expected.late': {
    en: 'The site has not answered in time. Check again in a moment.',
    de: 'Der Rechner hat nicht rechtzeitig geantwortet. Gleich noch einmal prüfen.',
  },
  'start.expected.tooMany': {
    en: 'The scheduler was asked too often. It can be asked again in {seconds} s.',
    de: 'Der Scheduler wurde zu oft gefragt. Das geht wieder in {seconds} s.',
  },
} as const satisfies MessageRoom;
