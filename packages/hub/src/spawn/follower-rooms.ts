import type { Log } from '../log.js';
import type { SiteRun } from '../sites/site.js';
import type { EndpointWatcher } from './endpoint-watcher.js';
import type { JobPoller } from './job-poller.js';
import type { RevokedSessions } from './revoked-sessions.js';
import type { Scheduler } from './scheduler/scheduler.js';
import type { ServerRecords } from './server-records.js';
import type { WayEnds } from './steps/open-way.js';
import type { Turns } from './turns.js';

/** All that the life of one server needs; shared by the servers of one account and scheduler. */
export interface FollowerRooms {
  readonly records: ServerRecords;
  readonly ends: WayEnds;
  /** Where starts stand in line. */
  readonly turns: Turns;
  readonly revoked: RevokedSessions;
  readonly scheduler: Scheduler;
  readonly poller: JobPoller;
  readonly watcher: EndpointWatcher;
  /** Runs commands on the site as the server's UNIX account. */
  readonly run: SiteRun;
  /**
   * A job was submitted again because no job of an earlier attempt was found: that one may still come, for sbatch waits
   * for a controller that does not answer, and nobody can call it back.
   */
  readonly doubtSubmission: () => void;
  /** The one host that a process on the login node may announce; undefined for a job, which announces one of its nodes. */
  readonly onlyHost?: string;
  /** How long a job may run without its server answering. */
  readonly startTimeoutMs: number;
  readonly log: Log;
}
