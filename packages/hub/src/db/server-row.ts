/** The states of a server's life, in their order; see docs on the life of a server. */
export type ServerState = 'requested' | 'submitted' | 'queued' | 'starting' | 'ready' | 'stopping' | 'ended';

/** Why a server moved to its state; which moves there are, and what each cause means, is in spawn/life. */
export type MoveCause =
  | 'asked'
  | 'accepted'
  | 'found-again'
  | 'job-waits'
  | 'job-runs'
  | 'answered'
  | 'job-restarted'
  | 'stop-asked'
  | 'stopped-by-admin'
  | 'given-up'
  | 'idle'
  | 'refused'
  | 'never-submitted'
  | 'job-over';

/**
 * The part of the way from the hub to a server at which something stops: parts of juhub itself, SSH to the site, its
 * scheduler, or the server at its port on its node.
 */
export type Hop = 'hub' | 'site' | 'scheduler' | 'server';

/** What fills the places of a message. */
export type MessageParts = Readonly<Record<string, string | number>>;

/** A server that has ended and left something on its site. */
export type Leftover = Pick<ServerRow, 'id' | 'account'>;

/** A user's named Jupyter, from the request to long after its end; its job script, which is long, is read by itself. */
export interface ServerRow {
  /** 16 lower-case hex characters; the job is called `juhub-<id>`. */
  id: string;
  userName: string;
  /** The server's name; only one server of a name is not ended. */
  name: string;
  site: string;
  /** The UNIX account on the site. */
  account: string;
  /** Who runs it: Slurm, or a plain process on the login node. */
  scheduler: 'slurm' | 'process';
  template: string;
  templateVersion: string;
  /** What the person chose in the form, by the name of the field. */
  choices: Record<string, unknown>;
  /** What the proxy shows to the server; never in a log. */
  secret: string | null;
  state: ServerState;
  jobId: string | null;
  /** Set before sbatch is called: from then on there may be a job whose id was never saved. */
  submitAttemptedAt: Date | null;
  node: string | null;
  endpointHost: string | null;
  endpointPort: number | null;
  pendingReason: string | null;
  expectedStartAt: Date | null;
  /** A short code for programs. */
  endReason: string | null;
  /** The same more finely, and what fills its message: from these it can be said in any language. */
  endCode: string | null;
  endValues: MessageParts | null;
  /** The same in English. */
  endMessage: string | null;
  exitCode: string | null;
  logTail: string | null;
  /** Why the folder of a server that has ended could not be read or removed yet; it is tried again. */
  logProblem: string | null;
  timeLimitMinutes: number | null;
  createdAt: Date;
  submittedAt: Date | null;
  jobStartedAt: Date | null;
  readyAt: Date | null;
  /** When the wall time ends. */
  endsAt: Date | null;
  /** After so many seconds without activity it is ended; null where it is not. As it was when the server was started. */
  idleSeconds: number | null;
  /** The same while a kernel computes; null where it is not ended then. */
  idleBusySeconds: number | null;
  /** The last activity that was heard of; only of a server that is ended for want of it. */
  activeAt: Date | null;
  /** When it will be ended unless something happens; set while its user is warned of it. */
  idleEndsAt: Date | null;
  stopRequestedAt: Date | null;
  /** The administrator who stopped it; null where its owner did. */
  stopRequestedBy: string | null;
  endedAt: Date | null;
  /** When the site last gave a definite answer about it. */
  lastSeenAt: Date | null;
  unreachableSince: Date | null;
  unreachableReason: string | null;
  unreachableHop: Hop | null;
}

/** What a new server must have; everything else is null until it is known. */
export type NewServer = Pick<
  ServerRow,
  | 'id'
  | 'userName'
  | 'name'
  | 'site'
  | 'account'
  | 'scheduler'
  | 'template'
  | 'templateVersion'
  | 'choices'
  | 'createdAt'
> &
  Partial<Omit<ServerRow, 'state'>> & {
    /** The rendered job script; nothing changes it. */
    script?: string;
  };

/** What may change without a move from one state to the next. */
export type ServerPatch = Partial<Omit<ServerRow, 'id' | 'state' | 'userName' | 'name' | 'createdAt'>>;

/** A line of a server's history. */
export interface ServerEvent {
  id: number;
  serverId: string;
  at: Date;
  state: ServerState;
  /** Null in histories that were written before causes were kept. */
  cause: MoveCause | null;
  /** What fills the message of the cause; null where the message stands for itself. */
  details: MessageParts | null;
  /** What happened, in English. */
  message: string;
}
