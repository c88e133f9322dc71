import type { Site } from '../../sites/site.js';
import { folderOf } from '../server-files.js';
import {
  type JobRef,
  JobRefused,
  type JobStatus,
  type JobToSubmit,
  type Outcome,
  type Scheduler,
} from './scheduler.js';

/**
 * Starts the script in a process group of its own, once: the folder `started` is made by exactly one caller, so a
 * repeated submission finds the first process instead of a second one. The job's id is `host:pid` and its start time;
 * with the start time a pid that was given to another process later is told apart. The outer shell outlives the signals
 * that end the script: it has to write down the exit code.
 */
const START = `
umask 077
cd "$HOME/$1" || exit 1
if mkdir started 2>/dev/null; then
  cat > job || exit 1
  set -m
  ( trap : TERM INT HUP; cd "$HOME" && bash "$1/job"; echo $? > "$1/exit.tmp"; mv "$1/exit.tmp" "$1/exit" ) < /dev/null >> log 2>&1 &
  pid=$!
  echo "$(hostname -s):$pid:$(ps -o lstart= -p "$pid" | tr -c 'A-Za-z0-9\\n' '-')" > process.tmp
  mv process.tmp process
else
  cat > /dev/null
fi
tries=0
until [ -s process ] || [ "$tries" -ge 50 ]; do tries=$((tries + 1)); sleep 0.1; done
cat process`;

/** Prints, for each folder, the id of its process and whether it is alive, gone with an exit code, or not of this host. */
const LOOK = `
for dir in "$@"; do
  cd "$HOME/$dir" 2>/dev/null || { echo "$dir none"; continue; }
  [ -s process ] || { echo "$dir none"; continue; }
  id=$(cat process)
  host=\${id%%:*}; rest=\${id#*:}; pid=\${rest%%:*}; begun=\${rest#*:}
  if [ -s exit ]; then echo "$dir over $id $(cat exit)"
  elif [ "$host" != "$(hostname -s)" ]; then echo "$dir elsewhere $id"
  elif [ "$(ps -o lstart= -p "$pid" | tr -c 'A-Za-z0-9\\n' '-')" = "$begun" ]; then echo "$dir running $id"
  elif [ -s exit ]; then echo "$dir over $id $(cat exit)"
  else echo "$dir killed $id"
  fi
done`;

/** Asks the process group to end, and kills what is left of it after ten seconds, without making the caller wait. */
const END = `
cd "$HOME/$1" 2>/dev/null || exit 0
[ -s process ] || exit 0
id=$(cat process)
rest=\${id#*:}; pid=\${rest%%:*}; begun=\${rest#*:}
[ "\${id%%:*}" = "$(hostname -s)" ] || { echo "the server runs on \${id%%:*}, this is $(hostname -s)" >&2; exit 3; }
[ "$(ps -o lstart= -p "$pid" | tr -c 'A-Za-z0-9\\n' '-')" = "$begun" ] || exit 0
kill -TERM -- "-$pid" 2>/dev/null || exit 0
( for i in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 -- "-$pid" 2>/dev/null || exit 0; done
  kill -KILL -- "-$pid" 2>/dev/null ) < /dev/null > /dev/null 2>&1 &`;

const TIMEOUT_MS = 20_000;

/** Runs a server as a plain process on the login node, or on this machine: for sites and choices without Slurm. */
export class ProcessScheduler implements Scheduler {
  constructor(private readonly site: Site) {}

  async submit(job: JobToSubmit): Promise<string> {
    const answer = await this.#shell(job.account, START, [folderOf(job.serverId)], job.script);
    const id = answer.stdout.trim();
    if (answer.exitCode !== 0 || id === '') {
      throw new JobRefused(`The login node did not start the server: ${answer.stderr.trim() || 'it gave no reason'}`);
    }
    return id;
  }

  async find(job: Pick<JobToSubmit, 'serverId' | 'account'>): Promise<string | undefined> {
    const found = await this.#look(job.account, [job.serverId]);
    return found.get(job.serverId)?.jobId;
  }

  async poll(jobs: readonly JobRef[]): Promise<ReadonlyMap<string, JobStatus>> {
    const statuses = new Map<string, JobStatus>();
    for (const account of new Set(jobs.map((job) => job.account))) {
      const own = jobs.filter((job) => job.account === account).map((job) => job.serverId);
      for (const [serverId, status] of await this.#look(account, own)) {
        statuses.set(serverId, status);
      }
    }
    return statuses;
  }

  async outcome(job: JobRef): Promise<Outcome> {
    return (await this.#look(job.account, [job.serverId])).get(job.serverId) ?? 'unknown';
  }

  async cancel(job: JobRef): Promise<void> {
    const answer = await this.#shell(job.account, END, [folderOf(job.serverId)]);
    if (answer.exitCode !== 0) {
      throw new Error(`The login node could not end the server: ${answer.stderr.trim()}`);
    }
  }

  async #look(account: string, serverIds: readonly string[]): Promise<Map<string, JobStatus>> {
    const folders = new Map(serverIds.map((id) => [folderOf(id), id]));
    const answer = await this.#shell(account, LOOK, [...folders.keys()]);
    if (answer.exitCode !== 0) {
      throw new Error(`The login node did not say which servers run: ${answer.stderr.trim()}`);
    }
    const statuses = new Map<string, JobStatus>();
    for (const line of answer.stdout.split('\n')) {
      const [folder = '', word = '', jobId = '', exitCode] = line.trim().split(' ');
      const serverId = folders.get(folder);
      if (serverId !== undefined && jobId !== '') {
        statuses.set(serverId, describe(jobId, word, exitCode));
      }
    }
    return statuses;
  }

  #shell(account: string, script: string, args: readonly string[], stdin?: string) {
    return this.site.runAs(account)({
      argv: ['bash', '-c', script, 'juhub', ...args],
      timeoutMs: TIMEOUT_MS,
      ...(stdin === undefined ? {} : { stdin }),
    });
  }
}

/** A process on another login node cannot be seen from here: it counts as running until its exit code is written. */
function describe(jobId: string, word: string, exitCode: string | undefined): JobStatus {
  const host = jobId.split(':')[0] ?? '';
  const common = { jobId, nodes: [host] };
  switch (word) {
    case 'over':
      return { ...common, phase: 'over', state: exitCode === '0' ? 'COMPLETED' : 'FAILED', exitCode: exitCode ?? '' };
    case 'killed':
      return { ...common, phase: 'over', state: 'KILLED' };
    default:
      return { ...common, phase: 'running', state: 'RUNNING' };
  }
}
