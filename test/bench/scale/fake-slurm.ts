/** A made-up Slurm in memory: a job table, and the commands of Slurm as the hub calls them. */

const NODES = 64;
const CPUS = 64;
const RUNS_AFTER_MS = 200;
const FIRST_JOB = 1000;
const FIRST_PORT = 20_000;

/** What a command on the fake login node prints, and how it ends. */
export interface Answer {
  readonly stdout: string;
  readonly stderr?: string;
  readonly exitCode: number;
}

/** A job of the fake cluster. */
export interface FakeJob {
  readonly jobId: string;
  readonly name: string;
  readonly user: string;
  readonly node: string;
  readonly port: number;
  readonly submittedAt: number;
  state: 'PENDING' | 'RUNNING' | 'CANCELLED';
}

/** Keeps the job table and answers sbatch, squeue, scontrol, scancel, sacct, sinfo and sacctmgr. */
export class FakeSlurm {
  readonly jobs = new Map<string, FakeJob>();
  readonly #byPort = new Map<number, FakeJob>();
  #next = FIRST_JOB;

  /** @param onRun hears of a job that begins to run */
  constructor(private readonly onRun: (job: FakeJob) => void) {}

  /** The running job that listens on a port. */
  at(port: number): FakeJob | undefined {
    const job = this.#byPort.get(port);
    return job?.state === 'RUNNING' ? job : undefined;
  }

  /** @returns undefined for a command that this Slurm does not have */
  answer(tool: string, words: readonly string[], user: string): Answer | undefined {
    switch (tool) {
      case 'sbatch':
        return this.#submit(words, user);
      case 'squeue':
        return this.#queue(words);
      case 'scontrol':
        return this.#show(words);
      case 'scancel':
        return this.#cancel(words);
      case 'sacct':
        return ok(`${readFormat(words, '--format=').join('|')}\n`);
      case 'sinfo':
        return listNodes(words);
      case 'sacctmgr':
        return ok(words.includes('qos') ? QOS : describeUser(user));
      default:
        return undefined;
    }
  }

  #submit(words: readonly string[], user: string): Answer {
    if (words.includes('--test-only')) {
      return { stdout: '', stderr: 'sbatch: Job 1 to start at 0 using 1 processors on nodes cn1\n', exitCode: 0 };
    }
    const number = this.#next;
    this.#next += 1;
    const port = FIRST_PORT + number - FIRST_JOB;
    const name = readOption(words, '--job-name=') ?? 'sbatch';
    const node = `cn${(number % NODES) + 1}`;
    const job: FakeJob = {
      jobId: String(number),
      name,
      user,
      node,
      port,
      submittedAt: nowSeconds(),
      state: 'PENDING',
    };
    this.jobs.set(job.jobId, job);
    this.#byPort.set(port, job);
    setTimeout(() => {
      if (job.state === 'PENDING') {
        job.state = 'RUNNING';
        this.onRun(job);
      }
    }, RUNS_AFTER_MS);
    return ok(`${job.jobId}\n`);
  }

  #queue(words: readonly string[]): Answer {
    if (words.includes('--states=PENDING')) {
      return ok('JOBID PARTITION PRIORITY REASON\n');
    }
    const { columns, separator } = readColumns(words);
    const ids = readOption(words, '--jobs=')?.split(',');
    const names = readOption(words, '--name=')?.split(',');
    const living = [...this.jobs.values()].filter(
      (job) => job.state !== 'CANCELLED' && (ids?.includes(job.jobId) ?? true) && (names?.includes(job.name) ?? true),
    );
    return ok(writeTable(columns, separator, living.map(describeQueued)));
  }

  #show(words: readonly string[]): Answer {
    if (words.includes('partition')) return ok(PARTITION);
    if (words.includes('reservation')) return ok('No reservations in the system\n');
    if (words.includes('config')) return ok('ClusterName = fake\n');
    const job = this.jobs.get(words.at(-1) ?? '');
    return job === undefined
      ? { stdout: '', stderr: 'slurm_load_jobs error: Invalid job id specified\n', exitCode: 1 }
      : ok(describeJob(job));
  }

  #cancel(words: readonly string[]): Answer {
    const job = this.jobs.get(words.at(-1) ?? '');
    if (job !== undefined) job.state = 'CANCELLED';
    return ok('');
  }
}

const QOS = 'Name|Priority|MaxWall|MaxTRESPU|MaxTRES|MaxJobsPU|MaxSubmitPU|Flags\nnormal|10||||||\n';

const PARTITION = `PartitionName=batch AllowGroups=ALL AllowAccounts=ALL AllowQos=ALL AllocNodes=ALL Default=YES QoS=N/A DefaultTime=00:30:00 DisableRootJobs=NO ExclusiveUser=NO GraceTime=0 Hidden=NO MaxNodes=2 MaxTime=1-00:00:00 MinNodes=0 LLN=NO Nodes=cn[1-${NODES}] PriorityJobFactor=1 PriorityTier=1 RootOnly=NO ReqResv=NO OverSubscribe=NO State=UP TotalCPUs=${NODES * CPUS} TotalNodes=${NODES} TRES=cpu=${NODES * CPUS},mem=2048000M,node=${NODES},billing=${NODES * CPUS}\n`;

function describeUser(user: string): string {
  const heading = 'Cluster|Account|User|Partition|QOS|Def QOS|MaxJobs|MaxSubmit|MaxWall|MaxTRES|GrpTRES|Def Acct';
  return `${heading}\nfake|project|${user}||normal|normal||||||project\n`;
}

function listNodes(words: readonly string[]): Answer {
  const { columns, separator } = readColumns(words);
  const rows = Array.from({ length: NODES }, (_, index) => ({
    NodeList: `cn${index + 1}`,
    Partition: 'batch*',
    StateComplete: 'mixed',
    CPUsState: `1/${CPUS - 1}/0/${CPUS}`,
    Memory: '32000',
    AllocMem: '1000',
    Gres: '(null)',
    GresUsed: '(null)',
    Features: '(null)',
    Reason: 'none',
  }));
  return ok(writeTable(columns, separator, rows));
}

function describeQueued(job: FakeJob): Record<string, string> {
  const runs = job.state === 'RUNNING';
  return {
    JobID: job.jobId,
    Name: job.name,
    UserName: job.user,
    Account: 'project',
    Partition: 'batch',
    QOS: 'normal',
    State: job.state,
    Reason: runs ? 'None' : 'Priority',
    NodeList: runs ? job.node : '',
    BatchHost: runs ? job.node : 'n/a',
    SubmitTime: String(job.submittedAt),
    StartTime: runs ? String(job.submittedAt) : 'N/A',
    EndTime: runs ? String(job.submittedAt + 86_400) : 'N/A',
    TimeLimit: '1-00:00:00',
    RestartCnt: '0',
    Comment: '(null)',
  };
}

function describeJob(job: FakeJob): string {
  const end = job.submittedAt + 86_400;
  return `JobId=${job.jobId} JobName=${job.name} UserId=${job.user}(1000) Priority=1 Account=project QOS=normal JobState=${job.state} Reason=None Requeue=1 Restarts=0 ExitCode=0:0 TimeLimit=1-00:00:00 SubmitTime=${job.submittedAt} StartTime=${job.submittedAt} EndTime=${end} Partition=batch NodeList=${job.node} BatchHost=${job.node} Command=(null) WorkDir=/\n`;
}

function ok(stdout: string): Answer {
  return { stdout, exitCode: 0 };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function readOption(words: readonly string[], start: string): string | undefined {
  return words.find((word) => word.startsWith(start))?.slice(start.length);
}

function readFormat(words: readonly string[], start: string): string[] {
  return (readOption(words, start) ?? '').split(',');
}

/** `--Format=JobID:0~sep~,Name:0~sep~`: every cell ends with the separator. */
function readColumns(words: readonly string[]): { columns: string[]; separator: string } {
  const parts = readFormat(words, '--Format=').map((part) => part.split(':0'));
  return { columns: parts.map(([name = '']) => name), separator: parts[0]?.[1] ?? '' };
}

function writeTable(columns: readonly string[], separator: string, rows: readonly Record<string, string>[]): string {
  const heading = columns.map((name) => name.toUpperCase() + separator).join('');
  const lines = rows.map((row) => columns.map((name) => (row[name] ?? '') + separator).join(''));
  return `${[heading, ...lines].join('\n')}\n`;
}
