import type { MessageRoom } from '../message.js';

/** The sites, for administrators. */
export const adminSitesMessages = {
  'adminSites.local': { en: 'this machine', de: 'diese Maschine' },
  'adminSites.hosts': { en: 'Login nodes', de: 'Login-Knoten' },
  'adminSites.servers': { en: 'Servers', de: 'Server' },
  'adminSites.serverCount': {
    en: '{total, plural, =0 {none} other {#}}',
    de: '{total, plural, =0 {keine} other {#}}',
  },
  'adminSites.answered': { en: 'Last answer', de: 'Letzte Antwort' },
  'adminSites.never': { en: 'none since the hub was started', de: 'keine, seit der Hub läuft' },
  'adminSites.problem': { en: 'It cannot be asked now.', de: 'Der Rechner ist gerade nicht zu erreichen.' },
  'adminSites.close': {
    en: 'Close {site} for a maintenance, or announce something',
    de: '{site} für eine Wartung schließen, oder etwas ankündigen',
  },
  'adminSites.openNotices': {
    en: 'End the maintenance of {site}, or announce something',
    de: 'Wartung von {site} beenden, oder etwas ankündigen',
  },
  'adminSites.connections': { en: 'SSH connections', de: 'SSH-Verbindungen' },
  'adminSites.noConnections': {
    en: 'None has been needed since the connector was started.',
    de: 'Seit der Connector läuft, wurde keine gebraucht.',
  },
  'adminSites.connectorAway': {
    en: 'The connector does not answer, so nothing is known of connections:',
    de: 'Der Connector antwortet nicht; über Verbindungen ist deshalb nichts bekannt:',
  },
  'adminSites.more': {
    en: '{count, plural, one {and one more} other {and # more}}',
    de: '{count, plural, one {und eine weitere} other {und # weitere}}',
  },
  'adminSites.connection.connected': { en: 'connected', de: 'verbunden' },
  'adminSites.connection.connecting': { en: 'connecting', de: 'verbindet sich' },
  'adminSites.connection.backoff': { en: 'lost; tried again soon', de: 'verloren; wird bald wieder versucht' },
  'adminSites.connection.closed': { en: 'closed, not needed', de: 'geschlossen, nicht gebraucht' },
  'adminSites.check': { en: 'Check this site', de: 'Rechner testen' },
  'adminSites.checkAs': { en: 'as account', de: 'als Konto' },
  'adminSites.checkWhat': {
    en: 'Walks the whole way, step by step, on a connection of its own. It can take half a minute.',
    de: 'Geht den ganzen Weg Schritt für Schritt, auf einer eigenen Verbindung. Das kann eine halbe Minute dauern.',
  },
  'adminSites.good': {
    en: 'The whole way works, as {account}.',
    de: 'Der ganze Weg geht, als {account}.',
  },
  'adminSites.partial': {
    en: 'The way works, as {account}, but only by another login node: {steps}.',
    de: 'Der Weg geht, als {account}, aber nur über einen anderen Login-Knoten: {steps}.',
  },
  'adminSites.bad': {
    en: 'The way does not work, as {account}: {steps}.',
    de: 'Der Weg geht nicht, als {account}: {steps}.',
  },
  'adminSites.steps': { en: 'All steps', de: 'Alle Schritte' },
  'adminSites.since': { en: 'since', de: 'seit' },
  'adminSites.stepGood': { en: 'good', de: 'gut' },
  'adminSites.stepBad': { en: 'failed', de: 'fehlgeschlagen' },
  'adminSites.badAccount': {
    en: 'That is no name of a UNIX account.',
    de: 'Das ist kein Name eines UNIX-Kontos.',
  },

  'adminSites.step.connector': { en: 'Connector', de: 'Connector' },
  'adminSites.step.name': { en: 'Name', de: 'Name' },
  'adminSites.step.files': { en: 'Keys of the hub', de: 'Schlüssel des Hubs' },
  'adminSites.step.port': { en: 'Port', de: 'Port' },
  'adminSites.step.host-key': { en: 'Host key', de: 'Host-Schlüssel' },
  'adminSites.step.sign-in': { en: 'Login', de: 'Anmeldung' },
  'adminSites.step.command': { en: 'Command', de: 'Befehl' },
  'adminSites.step.home': { en: 'File system', de: 'Dateisystem' },
  'adminSites.step.tunnel': { en: 'Tunnel', de: 'Tunnel' },
  'adminSites.step.scheduler': { en: 'Scheduler', de: 'Scheduler' },

  'adminSites.advice.connector': {
    en: 'Start the connector (systemctl status juhub-connector, or juhub serve) and look into its log.',
    de: 'Den Connector starten (systemctl status juhub-connector oder juhub serve) und in sein Protokoll schauen.',
  },
  'adminSites.advice.name': {
    en: 'Look at `hosts` in the configuration, and at the name server of this machine.',
    de: '`hosts` in der Konfiguration prüfen, und den Nameserver dieser Maschine.',
  },
  'adminSites.advice.files': {
    en: 'Look at `privateKey` and `knownHosts` in the configuration: the connector must be able to read them, and nobody else the key.',
    de: '`privateKey` und `knownHosts` in der Konfiguration prüfen: Der Connector muss sie lesen können, den Schlüssel sonst niemand.',
  },
  'adminSites.advice.port': {
    en: 'The login node is down, its sshd is not running, or a firewall is in between. Try it from this machine: ssh -v.',
    de: 'Der Login-Knoten ist aus, sein sshd läuft nicht, oder eine Firewall ist dazwischen. Von dieser Maschine versuchen: ssh -v.',
  },
  'adminSites.advice.host-key': {
    en: 'Compare the fingerprint with the one that the site publishes before anything is changed in the file of known hosts.',
    de: 'Den Fingerabdruck mit dem veröffentlichten des Rechners vergleichen, bevor an der Datei der bekannten Hosts etwas geändert wird.',
  },
  'adminSites.advice.sign-in': {
    en: 'The account must exist there, with the public half of the hub’s key among its authorized keys, and with a from= clause that names this machine if the site wants one.',
    de: 'Das Konto muss es dort geben, mit dem öffentlichen Schlüssel des Hubs bei seinen authorized_keys, und mit einer from=-Klausel für diese Maschine, wo der Rechner eine verlangt.',
  },
  'adminSites.advice.command': {
    en: 'The login works, but the account may run nothing: its shell, a forced command, or a home folder that hangs.',
    de: 'Die Anmeldung geht, aber das Konto kann nichts ausführen: seine Shell, ein erzwungener Befehl oder ein Home-Verzeichnis, das hängt.',
  },
  'adminSites.advice.home': {
    en: 'The home folder is full, over its quota, read-only or not mounted. Servers keep their files there.',
    de: 'Das Home-Verzeichnis ist voll, über seiner Quota, nur lesbar oder nicht eingehängt. Server haben dort ihre Dateien.',
  },
  'adminSites.advice.tunnel': {
    en: 'Have the site allow TCP forwarding for the account (AllowTcpForwarding, PermitOpen in sshd_config).',
    de: 'Der Rechner muss dem Konto TCP-Weiterleitung erlauben (AllowTcpForwarding, PermitOpen in sshd_config).',
  },
  'adminSites.advice.scheduler': {
    en: 'One gets in, but Slurm does not answer: slurmctld may be down (scontrol ping), or its commands are not in the path of the account.',
    de: 'Man kommt hinein, aber Slurm antwortet nicht: Vielleicht läuft slurmctld nicht (scontrol ping), oder seine Befehle sind nicht im Pfad des Kontos.',
  },
} as const satisfies MessageRoom;
