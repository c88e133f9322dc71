import type { MessageRoom } from '../message.js';

/** What a server's life is told with: its states, why it ended, and the lines of its history. */
export const lifeMessages = {
  'life.state.requested': { en: 'Requested', de: 'Angefordert' },
  'life.state.submitted': { en: 'Submitted', de: 'Übergeben' },
  'life.state.queued': { en: 'In the queue', de: 'In der Warteschlange' },
  'life.state.never': { en: 'Cannot start', de: 'Kann nicht starten' },
  'life.state.starting': { en: 'Starting', de: 'Startet' },
  'life.state.ready': { en: 'Running', de: 'Läuft' },
  'life.state.stopping': { en: 'Stopping', de: 'Wird beendet' },
  'life.state.ended': { en: 'Ended', de: 'Beendet' },

  'life.now.requested': {
    en: '{kind, select, process {The server is being started on the login node.} other {The job is being handed to the site.}}',
    de: '{kind, select, process {Der Server wird auf dem Login-Knoten gestartet.} other {Der Job wird an den Rechner übergeben.}}',
  },
  'life.now.inLine': {
    en: 'Servers are handed to the site a few at a time; this one waits for its turn.',
    de: 'Server werden nach und nach an den Rechner übergeben; dieser wartet, bis er an der Reihe ist.',
  },
  'life.now.submitted': {
    en: '{kind, select, process {The server is being started on the login node.} other {The site has the job.}}',
    de: '{kind, select, process {Der Server wird auf dem Login-Knoten gestartet.} other {Der Rechner hat den Job.}}',
  },
  'life.now.queued': { en: 'The job waits for its turn.', de: 'Der Job wartet, bis er an der Reihe ist.' },
  'life.now.starting': {
    en: '{kind, select, process {The server is starting on the login node.} other {The job runs, and the server in it is starting.}}',
    de: '{kind, select, process {Der Server startet auf dem Login-Knoten.} other {Der Job läuft, und der Server darin startet.}}',
  },
  'life.now.ready': { en: 'The server is ready.', de: 'Der Server ist bereit.' },
  'life.now.stopping': {
    en: '{kind, select, process {The server is being ended.} other {The job is being ended.}}',
    de: '{kind, select, process {Der Server wird beendet.} other {Der Job wird beendet.}}',
  },
  'life.now.ended': { en: 'The server has ended.', de: 'Der Server ist beendet.' },

  'life.reason.stopped': { en: 'Stopped', de: 'Gestoppt' },
  'life.reason.idle': { en: 'Not used', de: 'Ungenutzt' },
  'life.reason.finished': { en: 'Finished', de: 'Fertig' },
  'life.reason.cancelled': { en: 'Cancelled', de: 'Abgebrochen' },
  'life.reason.wall-time': { en: 'Run time over', de: 'Laufzeit vorbei' },
  'life.reason.out-of-memory': { en: 'Out of memory', de: 'Speicher reichte nicht' },
  'life.reason.node-failure': { en: 'Node failed', de: 'Knoten ausgefallen' },
  'life.reason.preempted': { en: 'Displaced', de: 'Verdrängt' },
  'life.reason.failed': { en: 'Failed', de: 'Fehlgeschlagen' },
  'life.reason.refused': { en: 'Refused', de: 'Abgelehnt' },
  'life.reason.no-start': { en: 'Did not start', de: 'Nicht gestartet' },
  'life.reason.vanished': { en: 'Lost', de: 'Verschollen' },

  'life.end.stopped': { en: 'You stopped it.', de: 'Selbst gestoppt.' },
  'life.end.stopped-by-admin': { en: 'An administrator stopped it.', de: 'Die Verwaltung hat ihn gestoppt.' },
  'life.end.idle': {
    en: 'The hub ended it: nothing had happened for {minutes, plural, one {# minute} other {# minutes}}. Last activity: {since}.',
    de: 'juhub hat ihn beendet: {minutes, plural, one {Eine Minute} other {# Minuten}} lang ist nichts geschehen. Letzte Aktivität: {since}.',
  },
  'life.end.idle-busy': {
    en: 'The hub ended it: nobody had used it for {minutes, plural, one {# minute} other {# minutes}}, and a kernel that computes does not count here. Last activity: {since}.',
    de: 'juhub hat ihn beendet: {minutes, plural, one {Eine Minute} other {# Minuten}} lang hat ihn niemand benutzt, und ein rechnender Kernel zählt hier nicht. Letzte Aktivität: {since}.',
  },
  'life.end.finished': { en: 'The server shut itself down.', de: 'Der Server hat sich selbst beendet.' },
  'life.end.cancelled': {
    en: 'The job was cancelled on the cluster, by you or by an administrator.',
    de: 'Der Job wurde auf dem Rechner abgebrochen, selbst oder durch die Administration.',
  },
  'life.end.wall-time': {
    en: 'The run time that was asked for is over. Start again with a longer one.',
    de: 'Die gewählte Laufzeit ist vorbei. Bei Bedarf mit einer längeren neu starten.',
  },
  'life.end.deadline': { en: 'The deadline of the job has passed.', de: 'Die Frist des Jobs ist abgelaufen.' },
  'life.end.out-of-memory': {
    en: 'The server used more memory than its job had. Start again with more, or on a node type with more memory.',
    de: 'Der Server hat mehr Speicher gebraucht, als sein Job hatte. Neu starten mit mehr Speicher oder auf einem Knotentyp, der mehr hat.',
  },
  'life.end.node-failed': {
    en: 'The compute node failed. Nothing you did caused it; start again.',
    de: 'Der Rechenknoten ist ausgefallen. Am Server lag es nicht; einfach neu starten.',
  },
  'life.end.node-not-booted': {
    en: 'The compute node could not be started. Start again.',
    de: 'Der Rechenknoten ließ sich nicht starten. Bitte neu starten.',
  },
  'life.end.preempted': {
    en: 'A job with a higher priority needed the node. Start again.',
    de: 'Ein Job mit höherer Priorität brauchte den Knoten. Bitte neu starten.',
  },
  'life.end.moved-away': {
    en: 'The job was moved to another cluster by its scheduler.',
    de: 'Der Scheduler hat den Job auf einen anderen Rechner verschoben.',
  },
  'life.end.killed': {
    en: 'The server was killed, or its login node was restarted. Start again.',
    de: 'Der Server wurde von außen beendet, oder sein Login-Knoten wurde neu gestartet. Bitte neu starten.',
  },
  'life.end.ended-early': {
    en: 'The job ended before its server was ready. The log says more.',
    de: 'Der Job war zu Ende, bevor sein Server bereit war. Das Protokoll sagt mehr.',
  },
  'life.end.exit-code': {
    en: 'The job ended with exit code {code} ({state}). The log says more.',
    de: 'Der Job endete mit Exit-Code {code} ({state}). Das Protokoll sagt mehr.',
  },
  'life.end.signal': {
    en: 'The job was ended by signal {signal} ({state}). The log says more.',
    de: 'Der Job wurde durch Signal {signal} beendet ({state}). Das Protokoll sagt mehr.',
  },
  'life.end.unclear': {
    en: 'The job ended ({state}). The log says more.',
    de: 'Der Job ist zu Ende ({state}). Das Protokoll sagt mehr.',
  },
  'life.end.script-failed': {
    en: 'The job could not start or keep its server.',
    de: 'Der Job konnte seinen Server nicht starten oder nicht halten.',
  },
  'life.end.refused': { en: 'The site did not take the job.', de: 'Der Rechner hat den Job nicht angenommen.' },
  'life.end.no-folder': {
    en: 'The files of the server cannot be written on the site.',
    de: 'Die Dateien des Servers lassen sich auf dem Rechner nicht schreiben.',
  },
  'life.end.too-late': {
    en: 'The job ran, and its server did not answer in time, so the job was cancelled. The log may say why.',
    de: 'Der Job lief, aber sein Server hat nicht rechtzeitig geantwortet; deshalb wurde der Job abgebrochen. Das Protokoll sagt vielleicht, warum.',
  },
  'life.end.foreign-host': {
    en: 'The job announced a host that is not one of its own nodes, so it was cancelled. Nothing was connected.',
    de: 'Der Job hat einen Rechner gemeldet, der nicht zu seinen Knoten gehört, und wurde deshalb abgebrochen. Verbunden wurde nichts.',
  },
  'life.end.vanished': {
    en: 'The scheduler does not know the job any more, and its accounting does not say how it ended.',
    de: 'Der Scheduler kennt den Job nicht mehr, und seine Abrechnung sagt nicht, wie er endete.',
  },
  'life.end.unknown': { en: 'It is not known why it ended.', de: 'Warum er endete, ist nicht bekannt.' },

  'life.step.requested': { en: 'Requested', de: 'Angefordert' },
  'life.step.submitted': {
    en: '{kind, select, process {Process started} other {Handed to the scheduler}}',
    de: '{kind, select, process {Prozess gestartet} other {An den Scheduler übergeben}}',
  },
  'life.step.queued': { en: 'Waiting in the queue', de: 'Wartet in der Warteschlange' },
  'life.step.starting': { en: 'Starting the server', de: 'Server startet' },
  'life.step.ready': { en: 'Ready', de: 'Bereit' },
  'life.step.stopping': { en: 'Stopping', de: 'Wird beendet' },
  'life.step.ended': { en: 'Ended', de: 'Beendet' },

  'life.event.asked': { en: 'Requested.', de: 'Angefordert.' },
  'life.event.accepted': {
    en: '{kind, select, process {Started as process {job}.} other {Submitted as job {job}.}}',
    de: '{kind, select, process {Als Prozess {job} gestartet.} other {Als Job {job} eingereicht.}}',
  },
  'life.event.found-again': { en: 'Found again as job {job}.', de: 'Als Job {job} wiedergefunden.' },
  'life.event.job-waits': { en: 'Waiting in the queue.', de: 'Wartet in der Warteschlange.' },
  'life.event.job-runs': {
    en: '{node, select, none {The job runs; its server starts.} other {The job runs on {node}; its server starts.}}',
    de: '{node, select, none {Der Job läuft; sein Server startet.} other {Der Job läuft auf {node}; sein Server startet.}}',
  },
  'life.event.answered': { en: 'Ready.', de: 'Bereit.' },
  'life.event.job-restarted': {
    en: 'The scheduler started the job anew; its server starts again.',
    de: 'Der Scheduler hat den Job neu gestartet; sein Server startet noch einmal.',
  },
  'life.event.stopped-by-admin': { en: 'An administrator stopped it.', de: 'Die Verwaltung hat ihn gestoppt.' },
  'life.event.stop-asked': { en: 'You asked to stop it.', de: 'Das Stoppen wurde angefordert.' },

  'life.stepStatus.done': { en: 'done', de: 'erledigt' },
  'life.stepStatus.current': { en: 'in progress', de: 'läuft gerade' },
  'life.stepStatus.todo': { en: 'still to come', de: 'kommt noch' },
  'life.stepStatus.failed': { en: 'failed', de: 'fehlgeschlagen' },
} as const satisfies MessageRoom;
