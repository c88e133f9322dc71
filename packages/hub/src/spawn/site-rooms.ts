import type { Site } from '../sites/site.js';
import { EndpointWatcher } from './endpoint-watcher.js';
import type { FollowerRooms } from './follower-rooms.js';
import { JobPoller } from './job-poller.js';
import { ProcessScheduler } from './scheduler/process-scheduler.js';
import type { Scheduler } from './scheduler/scheduler.js';
import { SlurmScheduler } from './scheduler/slurm-scheduler.js';

const URGENT_MS = 1_000;
/** Longer than the job script's own patience (15 minutes): it knows better why its program does not answer. */
const START_TIMEOUT_MS = 16 * 60_000;

/** The way that a server is run: by Slurm, or as a process on the login node. */
export type SchedulerKind = 'slurm' | 'process';

/** A process on the login node listens where only the tunnel's end can reach it. */
export const LOGIN_NODE_HOST = '127.0.0.1';

/** Per site: one scheduler and one poller of each kind, one endpoint watcher per account. */
export class SiteRooms {
  readonly slurm: SlurmScheduler;
  readonly #schedulers: Readonly<Record<SchedulerKind, { scheduler: Scheduler; poller: JobPoller }>>;
  readonly #watchers = new Map<string, EndpointWatcher>();

  constructor(
    readonly site: Site,
    private readonly shared: Pick<FollowerRooms, 'records' | 'ends' | 'turns' | 'revoked' | 'doubtSubmission' | 'log'>,
  ) {
    const intervals = { calmMs: site.config.pollSeconds * 1000, urgentMs: URGENT_MS };
    const pair = (scheduler: Scheduler) => ({ scheduler, poller: new JobPoller(scheduler, intervals) });
    this.slurm = new SlurmScheduler(site);
    this.#schedulers = { slurm: pair(this.slurm), process: pair(new ProcessScheduler(site)) };
  }

  /** The rooms for the servers of one account. */
  of(account: string, kind: SchedulerKind): FollowerRooms {
    const run = this.site.runAs(account);
    let watcher = this.#watchers.get(account);
    if (watcher === undefined) {
      watcher = new EndpointWatcher(run, this.shared.log);
      this.#watchers.set(account, watcher);
    }
    return {
      ...this.shared,
      ...this.#schedulers[kind],
      watcher,
      run,
      startTimeoutMs: START_TIMEOUT_MS,
      ...(kind === 'process' ? { onlyHost: LOGIN_NODE_HOST } : {}),
    };
  }

  /** Why the site's schedulers could not be asked last; nothing where they answer, or where nobody asks. */
  get troubles(): string[] {
    return Object.values(this.#schedulers).flatMap(({ poller }) => poller.trouble ?? []);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#schedulers).map(({ poller }) => poller.close()));
  }
}
