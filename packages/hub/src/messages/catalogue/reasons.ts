import type { MessageRoom } from '../message.js';

/**
 * Why a job waits, what one can do, and whether it will ever start. The keys are Slurm's words and the families of
 * explainReason (https://slurm.schedmd.com/job_reason_codes.html).
 */
export const reasonMessages = {
  'reason.starts.by-itself': {
    en: 'The job waits for its turn; then it starts by itself.',
    de: 'Der Job wartet, bis er an der Reihe ist, und startet dann von selbst.',
  },
  'reason.starts.after-others': {
    en: 'The job starts only after other jobs have ended.',
    de: 'Der Job startet erst, wenn andere Jobs zu Ende sind.',
  },
  'reason.starts.after-help': {
    en: 'The job does not start until somebody does something about it.',
    de: 'Der Job startet nicht, solange niemand etwas unternimmt.',
  },
  'reason.starts.never': { en: 'This job will never start.', de: 'Dieser Job wird nie starten.' },

  'reason.advice.wait': { en: 'Nothing needs to be done.', de: 'Es ist nichts zu tun.' },
  'reason.advice.wait-or-ask': {
    en: 'Wait, or ask the support of the cluster.',
    de: 'Abwarten oder den Support des Rechners fragen.',
  },
  'reason.advice.wait-or-end-own': {
    en: 'Wait for your other jobs, or end one. If none of them runs, this one asks for more than is allowed: cancel it and ask for less.',
    de: 'Die eigenen anderen Jobs abwarten oder einen davon beenden. Läuft keiner, verlangt dieser mehr als erlaubt: abbrechen und weniger verlangen.',
  },
  'reason.advice.wait-or-shorten': {
    en: 'It starts afterwards. With a shorter run time it may fit in before: cancel it and ask for less time.',
    de: 'Er startet danach. Mit kürzerer Laufzeit passt er vielleicht noch davor: abbrechen und weniger Zeit verlangen.',
  },
  'reason.advice.wait-or-other-nodes': {
    en: 'Wait until that has changed, or cancel it and choose another node type.',
    de: 'Abwarten, bis sich das ändert, oder abbrechen und einen anderen Knotentyp wählen.',
  },
  'reason.advice.wait-or-other-count': {
    en: 'Cancel it and ask for another number of nodes; where nodes are down, wait for them.',
    de: 'Abbrechen und eine andere Zahl von Knoten wählen; sind Knoten ausgefallen, auf sie warten.',
  },
  'reason.advice.ask-support': {
    en: 'Ask the support of the cluster, or cancel it.',
    de: 'Den Support des Rechners fragen oder abbrechen.',
  },
  'reason.advice.ask-for-time': {
    en: 'Cancel it and choose another project, or ask for more compute time.',
    de: 'Abbrechen und ein anderes Projekt wählen oder mehr Rechenzeit beantragen.',
  },
  'reason.advice.release': {
    en: 'Release it on the cluster (scontrol release), or cancel it.',
    de: 'Auf dem Rechner freigeben (scontrol release) oder abbrechen.',
  },
  'reason.advice.cancel': { en: 'Cancel it and start again.', de: 'Abbrechen und neu starten.' },
  'reason.advice.cancel-for-less': { en: 'Cancel it and ask for less.', de: 'Abbrechen und weniger verlangen.' },
  'reason.advice.cancel-for-more': { en: 'Cancel it and ask for more.', de: 'Abbrechen und mehr verlangen.' },
  'reason.advice.cancel-for-shorter': {
    en: 'Cancel it and ask for a shorter run time.',
    de: 'Abbrechen und eine kürzere Laufzeit wählen.',
  },
  'reason.advice.cancel-for-other-nodes': {
    en: 'Cancel it and choose another node type.',
    de: 'Abbrechen und einen anderen Knotentyp wählen.',
  },
  'reason.advice.cancel-for-other-project': {
    en: 'Cancel it and choose another project.',
    de: 'Abbrechen und ein anderes Projekt wählen.',
  },
  'reason.advice.cancel-for-other-qos': {
    en: 'Cancel it and choose another quality of service.',
    de: 'Abbrechen und eine andere Dienstgüte (QOS) wählen.',
  },
  'reason.advice.cancel-for-no-reservation': {
    en: 'Cancel it and start without the reservation.',
    de: 'Abbrechen und ohne die Reservierung starten.',
  },
  'reason.advice.cancel-for-something-else': {
    en: 'Cancel it and ask for something else.',
    de: 'Abbrechen und etwas anderes verlangen.',
  },

  'reason.None': {
    en: 'The scheduler has not looked at the job yet.',
    de: 'Der Scheduler hat sich den Job noch nicht angesehen.',
  },
  'reason.Priority': {
    en: 'Other jobs with a higher priority are in front of it.',
    de: 'Andere Jobs mit höherer Priorität sind vor ihm dran.',
  },
  'reason.Resources': {
    en: 'It waits until enough nodes, processors or GPUs are free.',
    de: 'Er wartet, bis genug Knoten, Prozessoren oder GPUs frei sind.',
  },
  'reason.Dependency': {
    en: 'It waits for another job to end.',
    de: 'Er wartet auf das Ende eines anderen Jobs.',
  },
  'reason.DependencyNeverSatisfied': {
    en: 'It waits for a job that ended in a way that it must not start after.',
    de: 'Er wartet auf einen Job, der so geendet hat, dass dieser nicht mehr starten darf.',
  },
  'reason.BeginTime': {
    en: 'The time at which it may start earliest has not come yet.',
    de: 'Der früheste erlaubte Startzeitpunkt ist noch nicht erreicht.',
  },
  'reason.Reservation': {
    en: 'It waits for its reservation to begin or to become free.',
    de: 'Er wartet, bis seine Reservierung beginnt oder darin etwas frei wird.',
  },
  'reason.ReservationDeleted': {
    en: 'Its reservation does not exist any more.',
    de: 'Seine Reservierung gibt es nicht mehr.',
  },
  'reason.ReservationInvalid': {
    en: 'Its reservation cannot be used.',
    de: 'Seine Reservierung lässt sich nicht benutzen.',
  },
  'reason.Licenses': { en: 'It waits for a licence to become free.', de: 'Er wartet auf eine freie Lizenz.' },
  'reason.Prolog': { en: 'Its nodes are being made ready.', de: 'Seine Knoten werden vorbereitet.' },
  'reason.Cleaning': {
    en: 'It is being put back into the queue; its last run is still being cleaned up.',
    de: 'Er kommt zurück in die Warteschlange; sein letzter Lauf wird noch aufgeräumt.',
  },
  'reason.SchedDefer': {
    en: 'The scheduler looks at it later.',
    de: 'Der Scheduler sieht ihn sich später an.',
  },
  'reason.JobArrayTaskLimit': {
    en: 'As many jobs of its array run as may run at a time.',
    de: 'Von seinem Job-Array laufen so viele, wie gleichzeitig dürfen.',
  },
  'reason.FedJobLock': {
    en: 'The clusters of the federation agree on who starts it.',
    de: 'Die Rechner des Verbunds einigen sich, wer ihn startet.',
  },
  'reason.BurstBufferResources': {
    en: 'It waits for space in the burst buffer.',
    de: 'Er wartet auf Platz im Burst-Buffer.',
  },
  'reason.BurstBufferStageIn': {
    en: 'Its files are being copied to the burst buffer.',
    de: 'Seine Dateien werden in den Burst-Buffer kopiert.',
  },
  'reason.BurstBufferOperation': { en: 'The burst buffer failed.', de: 'Der Burst-Buffer ist fehlgeschlagen.' },
  'reason.PowerNotAvail': {
    en: 'It waits for electric power to become available.',
    de: 'Er wartet, bis genug elektrische Leistung verfügbar ist.',
  },
  'reason.PowerReserved': {
    en: 'It waits for electric power that is reserved.',
    de: 'Er wartet auf elektrische Leistung, die reserviert ist.',
  },
  'reason.Constraints': {
    en: 'No node that fits its requirements is free at the moment.',
    de: 'Gerade ist kein Knoten frei, der zu seinen Anforderungen passt.',
  },
  'reason.JobHeldUser': { en: 'It is held by its user.', de: 'Er wurde vom eigenen Konto angehalten.' },
  'reason.JobHeldAdmin': {
    en: 'It is held by an administrator.',
    de: 'Er wurde von der Administration angehalten.',
  },
  'reason.JobHoldMaxRequeue': {
    en: 'It failed to start so often that it is held.',
    de: 'Er ist beim Starten so oft gescheitert, dass er angehalten wurde.',
  },
  'reason.ReqNodeNotAvail': {
    en: 'Nodes that it needs are down, drained or reserved.',
    de: 'Knoten, die er braucht, sind ausgefallen, gesperrt oder reserviert.',
  },
  'reason.maintenance': {
    en: 'Its nodes are reserved for a maintenance that begins before the job could end.',
    de: 'Seine Knoten sind für eine Wartung reserviert, die beginnt, bevor der Job zu Ende wäre.',
  },
  'reason.NodeDown': { en: 'A node that it needs is down.', de: 'Ein Knoten, den er braucht, ist ausgefallen.' },
  'reason.FrontEndDown': { en: 'No front end can start it.', de: 'Kein Front-End kann ihn starten.' },
  'reason.PartitionDown': { en: 'Its partition is closed.', de: 'Seine Partition ist geschlossen.' },
  'reason.PartitionInactive': {
    en: 'Its partition starts no jobs at the moment.',
    de: 'Seine Partition startet zurzeit keine Jobs.',
  },
  'reason.PartitionNodeLimit': {
    en: 'It asks for more or fewer nodes than its partition allows, or nodes of the partition are down.',
    de: 'Er verlangt mehr oder weniger Knoten, als seine Partition erlaubt, oder Knoten der Partition sind ausgefallen.',
  },
  'reason.PartitionTimeLimit': {
    en: 'It asks for a longer run time than its partition allows.',
    de: 'Er verlangt eine längere Laufzeit, als seine Partition erlaubt.',
  },
  'reason.PartitionConfig': {
    en: 'It does not fit the rules of its partition.',
    de: 'Er passt nicht zu den Regeln seiner Partition.',
  },
  'reason.AccountNotAllowed': {
    en: 'Its project may not use this partition.',
    de: 'Sein Projekt darf diese Partition nicht benutzen.',
  },
  'reason.InvalidAccount': { en: 'Its project is not valid.', de: 'Sein Projekt ist nicht gültig.' },
  'reason.QOSNotAllowed': {
    en: 'Its quality of service may not be used here.',
    de: 'Seine Dienstgüte (QOS) darf hier nicht benutzt werden.',
  },
  'reason.InvalidQOS': {
    en: 'Its quality of service is not valid.',
    de: 'Seine Dienstgüte (QOS) ist nicht gültig.',
  },
  'reason.BadConstraints': {
    en: 'No node of the cluster can do what it asks for.',
    de: 'Kein Knoten des Rechners kann, was er verlangt.',
  },
  'reason.MaxMemPerLimit': {
    en: 'It asks for more memory per node or processor than is allowed.',
    de: 'Er verlangt mehr Speicher je Knoten oder Prozessor, als erlaubt ist.',
  },
  'reason.DeadLine': {
    en: 'It cannot end before its deadline.',
    de: 'Er kann nicht vor seiner Frist fertig werden.',
  },
  'reason.QOSUsageThreshold': {
    en: 'Its project has used too much for this quality of service.',
    de: 'Sein Projekt hat für diese Dienstgüte (QOS) zu viel verbraucht.',
  },
  'reason.QOSJobLimit': {
    en: 'Its quality of service runs as many jobs as it may.',
    de: 'In seiner Dienstgüte (QOS) laufen so viele Jobs, wie dürfen.',
  },
  'reason.QOSResourceLimit': {
    en: 'Its quality of service uses as much as it may.',
    de: 'Seine Dienstgüte (QOS) nutzt so viel, wie sie darf.',
  },
  'reason.QOSTimeLimit': {
    en: 'Its quality of service has used up its time.',
    de: 'Die Zeit seiner Dienstgüte (QOS) ist verbraucht.',
  },
  'reason.AssociationJobLimit': {
    en: 'Its project runs as many jobs as it may.',
    de: 'In seinem Projekt laufen so viele Jobs, wie dürfen.',
  },
  'reason.AssociationResourceLimit': {
    en: 'Its project uses as much as it may.',
    de: 'Sein Projekt nutzt so viel, wie es darf.',
  },
  'reason.AssociationTimeLimit': {
    en: 'Its project has used up its time.',
    de: 'Die Rechenzeit seines Projekts ist verbraucht.',
  },
  'reason.AccountingPolicy': {
    en: 'A rule of the accounting keeps it from starting.',
    de: 'Eine Regel der Abrechnung hindert ihn am Start.',
  },
  'reason.JobLaunchFailure': {
    en: 'It could not be launched, for instance because a file system is away.',
    de: 'Er konnte nicht gestartet werden, etwa weil ein Dateisystem fehlt.',
  },
  'reason.SystemFailure': {
    en: 'Something in the cluster failed: Slurm, a file system or the network.',
    de: 'Im Rechner ist etwas ausgefallen: Slurm, ein Dateisystem oder das Netz.',
  },

  'reason.limit-of-account': {
    en: `Its project uses as much as it may at a time (${things('en')}).`,
    de: `Sein Projekt nutzt so viel, wie es gleichzeitig darf (${things('de')}).`,
  },
  'reason.limit-least': {
    en: `It asks for less than {owner, select, project {its project} other {its quality of service}} demands (${things('en')}).`,
    de: `Er verlangt weniger, als {owner, select, project {sein Projekt} other {seine Dienstgüte (QOS)}} vorschreibt (${things('de')}).`,
  },
  'reason.limit-used-up': {
    en: `What {owner, select, project {its project} other {its quality of service}} may use in all is used up (${things('en')}).`,
    de: `Das Kontingent {owner, select, project {seines Projekts} other {seiner Dienstgüte (QOS)}} ist verbraucht (${things('de')}).`,
  },
  'reason.limit-of-all': {
    en: `All jobs of {owner, select, project {its project} other {its quality of service}} together use as much as they may (${things('en')}).`,
    de: `Alle Jobs {owner, select, project {seines Projekts} other {seiner Dienstgüte (QOS)}} zusammen nutzen so viel, wie sie dürfen (${things('de')}).`,
  },
  'reason.limit-of-user': {
    en: `Your jobs use as much as {owner, select, project {its project} other {its quality of service}} allows you at a time (${things('en')}).`,
    de: `Die eigenen Jobs nutzen so viel, wie {owner, select, project {das Projekt} other {die Dienstgüte (QOS)}} gleichzeitig erlaubt (${things('de')}).`,
  },
  'reason.limit-of-job': {
    en: `It asks for more than {owner, select, project {its project} other {its quality of service}} allows for one job (${things('en')}).`,
    de: `Er verlangt mehr, als {owner, select, project {sein Projekt} other {seine Dienstgüte (QOS)}} für einen Job erlaubt (${things('de')}).`,
  },
  'reason.unknown': { en: 'Slurm gives a reason of its own.', de: 'Slurm nennt einen eigenen Grund.' },
} as const satisfies MessageRoom;

/** What a limit is about; in parentheses, because cases and articles differ between sentences. */
function things(language: 'en' | 'de'): string {
  const words = {
    en: 'cpu {processors} memory {memory} node {nodes} gpu {GPUs} jobs {running jobs} queuedJobs {jobs in the queue} wallTime {run time} license {licences} burstBuffer {burst buffer} billing {billing units} energy {energy} other {some resource}',
    de: 'cpu {Prozessoren} memory {Speicher} node {Knoten} gpu {GPUs} jobs {laufende Jobs} queuedJobs {Jobs in der Warteschlange} wallTime {Laufzeit} license {Lizenzen} burstBuffer {Burst-Buffer} billing {Abrechnungseinheiten} energy {Energie} other {eine Ressource}',
  };
  return `{thing, select, ${words[language]}}`;
}
