/** Why a job waits, for the person who waits. */
export interface PendingReason {
  /** Slurm's word, without what follows it. */
  readonly code: string;
  /** What it means. A full sentence. */
  readonly text: string;
  /** What one can do about it. A full sentence. */
  readonly advice: string;
  /**
   * `by-itself`: it will start when its turn comes; `after-help`: someone has to act first;
   * `never`: as it was asked for it cannot start, cancel it and ask for something else.
   */
  readonly starts: 'by-itself' | 'after-help' | 'never';
}

type Explanation = Omit<PendingReason, 'code'>;

const wait = 'Wait; it starts on its own.';
const askAdmin = 'Ask the support of the cluster.';
const change = 'Cancel it and ask for less.';

const waits = (text: string, advice = wait): Explanation => ({ text, advice, starts: 'by-itself' });
const needsHelp = (text: string, advice = askAdmin): Explanation => ({ text, advice, starts: 'after-help' });
const never = (text: string, advice = change): Explanation => ({ text, advice, starts: 'never' });

/** Source: https://slurm.schedmd.com/job_reason_codes.html */
const explanations: Readonly<Record<string, Explanation>> = {
  None: waits('The scheduler has not looked at the job yet.'),
  Priority: waits('Other jobs with a higher priority are in front of it.'),
  Resources: waits('It waits until enough nodes, processors or GPUs are free.'),
  Dependency: waits('It waits for another job to end.'),
  DependencyNeverSatisfied: never('It waits for a job that ended in a way that it must not start after.', 'Cancel it.'),
  BeginTime: waits('The time at which it may start earliest has not come yet.'),
  Reservation: waits('It waits for its reservation to begin.'),
  ReservationDeleted: never('Its reservation does not exist any more.', 'Cancel it and start without the reservation.'),
  ReservationInvalid: never('Its reservation cannot be used.', 'Cancel it and start without the reservation.'),
  Licenses: waits('It waits for a licence to become free.'),
  Prolog: waits('Its nodes are being made ready.'),
  Cleaning: waits('It is being put back into the queue; its last run is still being cleaned up.'),
  SchedDefer: waits('The scheduler looks at it later.'),
  JobArrayTaskLimit: waits('As many jobs of its array run as may run at a time.'),
  FedJobLock: waits('The clusters of the federation agree on who starts it.'),
  BurstBufferResources: waits('It waits for space in the burst buffer.'),
  BurstBufferStageIn: waits('Its files are being copied to the burst buffer.'),
  PowerNotAvail: waits('It waits for electric power to become available.'),
  PowerReserved: waits('It waits for electric power that is reserved.'),
  JobHeldUser: needsHelp('It is held by its user.', 'Release it (scontrol release) or cancel it.'),
  JobHeldAdmin: needsHelp('It is held by an administrator.'),
  JobHoldMaxRequeue: needsHelp('It failed to start so often that it is held.'),
  ReqNodeNotAvail: needsHelp(
    'Nodes that it needs are down, drained or reserved, often for a maintenance.',
    'A shorter wall time may fit in front of a maintenance; otherwise wait for the nodes.',
  ),
  NodeDown: needsHelp('A node that it needs is down.', 'Wait for the node or choose another node type.'),
  FrontEndDown: needsHelp('No front end can start it.'),
  PartitionDown: needsHelp('Its partition is closed.', 'Wait until it opens or choose another node type.'),
  PartitionInactive: needsHelp('Its partition starts no jobs.', 'Wait until it opens or choose another node type.'),
  PartitionNodeLimit: needsHelp(
    'It asks for more or fewer nodes than its partition allows, or the nodes are down.',
    'Ask for another number of nodes, or wait when nodes are down.',
  ),
  PartitionTimeLimit: never(
    'It asks for a longer wall time than its partition allows.',
    'Cancel it and ask for a shorter time.',
  ),
  PartitionConfig: never('It does not fit the rules of its partition.', 'Cancel it and choose another node type.'),
  AccountNotAllowed: never('Its project may not use this partition.', 'Cancel it and choose another project.'),
  QOSNotAllowed: never('Its quality of service may not be used here.', 'Cancel it and choose another one.'),
  InvalidAccount: never('Its project is not valid.', 'Cancel it and choose another project.'),
  InvalidQOS: never('Its quality of service is not valid.', 'Cancel it and choose another one.'),
  BadConstraints: never('No node of the cluster can do what it asks for.', 'Cancel it and ask for something else.'),
  Constraints: waits('No node that fits its requirements is free at the moment.'),
  MaxMemPerLimit: never('It asks for more memory per node or processor than is allowed.'),
  DeadLine: never('It cannot end before its deadline.', 'Cancel it.'),
  QOSUsageThreshold: needsHelp('Its project has used too much for this quality of service.'),
  QOSJobLimit: waits('Its quality of service runs as many jobs as it may.'),
  QOSResourceLimit: waits('Its quality of service uses as much as it may.'),
  QOSTimeLimit: needsHelp('Its quality of service has used up its time.'),
  AssociationJobLimit: waits('Its project runs as many jobs as it may.'),
  AssociationResourceLimit: waits('Its project uses as much as it may.'),
  AssociationTimeLimit: needsHelp('Its project has used up its time.'),
  AccountingPolicy: needsHelp('A rule of the accounting keeps it from starting.'),
  JobLaunchFailure: needsHelp('It could not be launched, for instance because a file system is away.'),
  SystemFailure: needsHelp('Something in the cluster failed: Slurm, a file system or the network.'),
  BurstBufferOperation: needsHelp('The burst buffer failed.'),
};

const things: Readonly<Record<string, string>> = {
  cpu: 'processors',
  mem: 'memory',
  memory: 'memory',
  node: 'nodes',
  gres: 'GPUs',
  jobs: 'running jobs',
  submitjob: 'jobs in the queue',
  submitjobs: 'jobs in the queue',
  wall: 'wall time',
  wallduration: 'wall time',
  license: 'licences',
  bb: 'burst buffer',
  billing: 'billing units',
  energy: 'energy',
};

const nameThing = (word: string) => things[word.toLowerCase()] ?? 'some resource';

/** The 150 reasons of the limits (resource_limits.html) are made of a few words. */
function explainLimit(code: string): Explanation | undefined {
  const perAccount = /^Max(\w+?)PerAccount$/.exec(code);
  if (perAccount?.[1]) return waits(`Its project uses as many ${nameThing(perAccount[1])} as it may at a time.`);
  const match =
    /^(Assoc|QOS)(Grp|Max|Min)([A-Za-z]+?)(RunMinutes|Minutes)?(PerJob|PerNode|PerUser)?(?:Limit|NotSatisfied)?$/;
  const [, owner, kind, thing = '', minutes, per] = match.exec(code) ?? [];
  if (owner === undefined) return undefined;
  const who = owner === 'Assoc' ? 'its project' : 'its quality of service';
  const what = nameThing(thing);
  if (kind === 'Min') return never(`It asks for less ${what} than ${who} demands.`, 'Cancel it and ask for more.');
  if (kind === 'Grp' && minutes === 'Minutes') {
    return needsHelp(
      `The time that ${who} may use in all (${what}) is used up.`,
      'Choose another project or ask for more time.',
    );
  }
  if (kind === 'Grp') return waits(`All jobs of ${who} together use as much as they may (${what}).`);
  if (per === 'PerUser' || /^(Jobs|SubmitJob)$/.test(thing)) {
    return waits(
      `Your jobs use as much as ${who} allows you at a time (${what}).`,
      'Wait for your other jobs, or end one.',
    );
  }
  return never(`It asks for more than ${who} allows for one job (${what}${minutes ? ' times wall time' : ''}).`);
}

/** Where Slurm says a sentence instead of a word. Sources: squeue of the test cluster, slurmctld's job_scheduler.c. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^nodes required for job are down/i, 'Resources'],
  [/^launch failed requeued held/i, 'JobHoldMaxRequeue'],
  [/^job (is )?held/i, 'JobHeldUser'],
];

/**
 * Explains the reason of a pending job as squeue (%r), scontrol or sacct print it, with or without what follows it
 * (`ReqNodeNotAvail, UnavailableNodes:cn1`). An unknown reason keeps Slurm's word and is taken to wait.
 */
export function explainReason(raw: string): PendingReason {
  // scontrol writes underscores for blanks.
  const text = raw
    .trim()
    .replace(/^\(|\)$/g, '')
    .replaceAll('_', ' ');
  const word = /^[A-Za-z]+/.exec(text)?.[0] ?? 'None';
  const code = sentences.find(([pattern]) => pattern.test(text))?.[1] ?? word;
  const known = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  const unknown = waits(`Slurm says: ${text}.`, 'Wait, or ask the support of the cluster.');
  return { code, ...(known ?? explainLimit(code) ?? unknown) };
}
