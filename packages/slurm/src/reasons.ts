/**
 * When a job that waits will start.
 * `by-itself`: when its turn comes; `after-others`: only after other jobs have ended, of its user, its project or its
 * quality of service; `after-help`: someone has to act first; `never`: as it was asked for it cannot start.
 */
export type Starts = 'by-itself' | 'after-others' | 'after-help' | 'never';

/** What one can do about a job that waits. */
export type ReasonAdvice =
  | 'wait'
  | 'wait-or-ask'
  | 'wait-or-end-own'
  | 'wait-or-shorten'
  | 'wait-or-other-nodes'
  | 'wait-or-other-count'
  | 'ask-support'
  | 'ask-for-time'
  | 'release'
  | 'cancel'
  | 'cancel-for-less'
  | 'cancel-for-more'
  | 'cancel-for-shorter'
  | 'cancel-for-other-nodes'
  | 'cancel-for-other-project'
  | 'cancel-for-other-qos'
  | 'cancel-for-no-reservation'
  | 'cancel-for-something-else';

/** What a limit is about. */
export type LimitedThing =
  | 'cpu'
  | 'memory'
  | 'node'
  | 'gpu'
  | 'jobs'
  | 'queuedJobs'
  | 'wallTime'
  | 'license'
  | 'burstBuffer'
  | 'billing'
  | 'energy'
  | 'other';

/** The explanations that fit a whole family of codes. */
export type ReasonFamily =
  | 'limit-of-account'
  | 'limit-least'
  | 'limit-used-up'
  | 'limit-of-all'
  | 'limit-of-user'
  | 'limit-of-job'
  | 'maintenance'
  | 'unknown';

/** Why a job waits, for programs; whoever shows it to a person has the words. */
export interface PendingReason {
  /** Slurm's word, without what follows it. */
  readonly code: string;
  /** Which explanation fits: the code itself, or a family of codes. */
  readonly kind: keyof typeof reasonCodes | ReasonFamily;
  /** Of a limit: whose it is, and what it is about. Of an unknown reason: what Slurm says. */
  readonly values: { readonly owner?: 'project' | 'qos'; readonly thing?: LimitedThing; readonly words?: string };
  readonly starts: Starts;
  readonly advice: ReasonAdvice;
}

const waits = (advice: ReasonAdvice = 'wait') => ({ starts: 'by-itself', advice }) as const;
const followsOthers = (advice: ReasonAdvice = 'wait') => ({ starts: 'after-others', advice }) as const;
const needsHelp = (advice: ReasonAdvice = 'ask-support') => ({ starts: 'after-help', advice }) as const;
const never = (advice: ReasonAdvice) => ({ starts: 'never', advice }) as const;

type Verdict = Pick<PendingReason, 'starts' | 'advice'>;

/** The reasons that stand alone. Source: https://slurm.schedmd.com/job_reason_codes.html */
export const reasonCodes = {
  None: waits(),
  Priority: waits(),
  Resources: waits(),
  BeginTime: waits(),
  Reservation: waits(),
  Licenses: waits(),
  Prolog: waits(),
  Cleaning: waits(),
  SchedDefer: waits(),
  FedJobLock: waits(),
  BurstBufferResources: waits(),
  BurstBufferStageIn: waits(),
  PowerNotAvail: waits(),
  PowerReserved: waits(),
  Constraints: waits(),
  Dependency: followsOthers(),
  JobArrayTaskLimit: followsOthers(),
  AssociationJobLimit: followsOthers(),
  AssociationResourceLimit: followsOthers(),
  QOSJobLimit: followsOthers(),
  QOSResourceLimit: followsOthers(),
  JobHeldUser: needsHelp('release'),
  JobHeldAdmin: needsHelp(),
  JobHoldMaxRequeue: needsHelp(),
  ReqNodeNotAvail: needsHelp('wait-or-other-nodes'),
  NodeDown: needsHelp('wait-or-other-nodes'),
  FrontEndDown: needsHelp(),
  PartitionDown: needsHelp('wait-or-other-nodes'),
  PartitionInactive: needsHelp('wait-or-other-nodes'),
  PartitionNodeLimit: needsHelp('wait-or-other-count'),
  QOSUsageThreshold: needsHelp('ask-for-time'),
  QOSTimeLimit: needsHelp('ask-for-time'),
  AssociationTimeLimit: needsHelp('ask-for-time'),
  AccountingPolicy: needsHelp(),
  JobLaunchFailure: needsHelp(),
  SystemFailure: needsHelp(),
  BurstBufferOperation: needsHelp(),
  PartitionTimeLimit: never('cancel-for-shorter'),
  PartitionConfig: never('cancel-for-other-nodes'),
  AccountNotAllowed: never('cancel-for-other-project'),
  InvalidAccount: never('cancel-for-other-project'),
  QOSNotAllowed: never('cancel-for-other-qos'),
  InvalidQOS: never('cancel-for-other-qos'),
  BadConstraints: never('cancel-for-something-else'),
  MaxMemPerLimit: never('cancel-for-less'),
  ReservationDeleted: never('cancel-for-no-reservation'),
  ReservationInvalid: never('cancel-for-no-reservation'),
  DependencyNeverSatisfied: never('cancel'),
  DeadLine: never('cancel'),
} as const satisfies Readonly<Record<string, Verdict>>;

type Explanation = Omit<PendingReason, 'code'>;

const things: Readonly<Record<string, LimitedThing>> = {
  cpu: 'cpu',
  mem: 'memory',
  memory: 'memory',
  node: 'node',
  gres: 'gpu',
  jobs: 'jobs',
  submitjob: 'queuedJobs',
  submitjobs: 'queuedJobs',
  wall: 'wallTime',
  wallduration: 'wallTime',
  license: 'license',
  bb: 'burstBuffer',
  billing: 'billing',
  energy: 'energy',
};

const nameThing = (word: string): LimitedThing => things[word.toLowerCase()] ?? 'other';

/** The 150 reasons of the limits (https://slurm.schedmd.com/resource_limits.html) are made of a few words. */
function explainLimit(code: string): Explanation | undefined {
  const perAccount = /^Max(\w+?)PerAccount$/.exec(code)?.[1];
  if (perAccount !== undefined) {
    return { kind: 'limit-of-account', values: { thing: nameThing(perAccount) }, ...followsOthers() };
  }
  const match =
    /^(Assoc|QOS)(Grp|Max|Min)([A-Za-z]+?)(RunMinutes|Minutes)?(PerJob|PerNode|PerUser)?(?:Limit|NotSatisfied)?$/;
  const [, who, limit, word = '', minutes, per] = match.exec(code) ?? [];
  if (who === undefined) {
    return undefined;
  }
  const thing = nameThing(word);
  const values = { owner: who === 'Assoc' ? 'project' : 'qos', thing } as const;
  if (limit === 'Min') {
    return { kind: 'limit-least', values, ...never('cancel-for-more') };
  }
  if (limit === 'Grp') {
    return minutes === 'Minutes'
      ? { kind: 'limit-used-up', values, ...needsHelp('ask-for-time') }
      : { kind: 'limit-of-all', values, ...followsOthers() };
  }
  return per === 'PerUser' || /^(Jobs|SubmitJob)$/.test(word)
    ? { kind: 'limit-of-user', values, ...followsOthers('wait-or-end-own') }
    : { kind: 'limit-of-job', values, ...never(thing === 'wallTime' ? 'cancel-for-shorter' : 'cancel-for-less') };
}

/** Where Slurm says a sentence instead of a word. Sources: squeue of the test cluster, slurmctld's job_scheduler.c. */
const sentences: readonly (readonly [RegExp, keyof typeof reasonCodes])[] = [
  [/^nodes required for job are down/i, 'Resources'],
  [/^(launch failed requeued|job requeued in) held/i, 'JobHoldMaxRequeue'],
  [/^job (is )?held/i, 'JobHeldUser'],
  [/^reservation .+ was deleted$/i, 'ReservationDeleted'],
  [/^job's account not permitted/i, 'AccountNotAllowed'],
  [/^job's qos not permitted/i, 'QOSNotAllowed'],
];

function isKnown(code: string): code is keyof typeof reasonCodes {
  return Object.hasOwn(reasonCodes, code);
}

/**
 * Explains the reason of a pending job as squeue (%r), scontrol or sacct print it, with or without what follows it
 * (`ReqNodeNotAvail, UnavailableNodes:cn1`). An unknown reason keeps Slurm's word and is taken to wait.
 */
export function explainReason(raw: string): PendingReason {
  // scontrol writes underscores for blanks.
  const text = raw
    .trim()
    .replace(/^\(|\)$/g, '')
    .replaceAll('_', ' ')
    .trim();
  const word = /^[A-Za-z]+/.exec(text)?.[0] ?? 'None';
  const code = sentences.find(([pattern]) => pattern.test(text))?.[1] ?? word;
  if (code === 'ReqNodeNotAvail' && /reserved for maintenance/i.test(text)) {
    return { code, kind: 'maintenance', values: {}, ...waits('wait-or-shorten') };
  }
  if (isKnown(code)) {
    return { code, kind: code, values: {}, ...reasonCodes[code] };
  }
  const unknown: Explanation = { kind: 'unknown', values: { words: text }, ...waits('wait-or-ask') };
  return { code, ...(explainLimit(code) ?? unknown) };
}
