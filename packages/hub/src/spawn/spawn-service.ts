import type { JobTemplate } from '@juhub/job-template';
import type { ServerRow } from '../db/server-row.js';
import { doStep } from '../fault-point.js';
import type { Log } from '../log.js';
import type { Notices } from '../notices/notices.js';
import { sayWhy } from '../say-why.js';
import type { Catalogues } from '../sites/catalogues.js';
import type { Site } from '../sites/site.js';
import { IdleWatch } from './idle/idle-watch.js';
import { publicPathOf } from './public-path.js';
import { reconcileSite } from './reconcile-site.js';
import { reconcileWays } from './reconcile-ways.js';
import { type EndedSession, RevokedSessions } from './revoked-sessions.js';
import { Rounds } from './rounds.js';
import { ServerFollower } from './server-follower.js';
import { ServerLimit } from './server-limit.js';
import type { ServerRecords } from './server-records.js';
import { SiteRooms } from './site-rooms.js';
import type { SpawnRequest } from './steps/check-request.js';
import type { WayEnds } from './steps/open-way.js';
import { describeServer, planJob } from './steps/plan-job.js';
import { tellMove } from './tell-move.js';
import type { Turns } from './turns.js';

/** Connector or proxy that do not answer may only just be starting, side by side with the hub. */
const WAY_ROUNDS = { everyMs: 15_000, againMs: 1_000 };
/** What these mend is seldom, and costs the site a question and a command for each account. */
const SITE_ROUNDS = { everyMs: 5 * 60_000, againMs: 30_000 };
/** Longer than sbatch waits for a controller that does not answer: a job that comes after all has come by then. */
const LATE_JOB_MS = 45_000;
const WARN_AT_FAILURE = 10;

/** What the spawn service is made of. */
export interface SpawnParts {
  readonly records: ServerRecords;
  readonly notices: Pick<Notices, 'refuseInMaintenance'>;
  readonly sites: ReadonlyMap<string, Site>;
  readonly catalogues: Catalogues;
  readonly templates: () => ReadonlyMap<string, JobTemplate>;
  readonly ends: WayEnds;
  /** Where starts stand in line. */
  readonly turns: Turns;
  /** How many servers that have not ended a user may have. */
  readonly serversPerUser: number;
  /** Sessions that were ended before their time: their browsers may not pass the gate any more. */
  readonly listEndedSessions: () => Promise<readonly EndedSession[]>;
  readonly log: Log;
}

/** Starts, stops and follows the servers of all users. Knows no browser: pages and API call it alike. */
export class SpawnService {
  readonly #followers = new Map<string, ServerFollower>();
  readonly #rooms: ReadonlyMap<string, SiteRooms>;
  readonly #revoked: RevokedSessions;
  readonly #limit: ServerLimit;
  readonly #wayRounds: Rounds;
  readonly #siteRounds: ReadonlyMap<string, Rounds>;
  readonly #idle: IdleWatch;

  constructor(private readonly parts: SpawnParts) {
    this.#revoked = new RevokedSessions(parts.listEndedSessions);
    this.#limit = new ServerLimit(parts.records, parts.serversPerUser);
    const share = (site: string) => ({
      ...parts,
      revoked: this.#revoked,
      doubtSubmission: () => this.#siteRounds.get(site)?.hurryWithin(LATE_JOB_MS),
    });
    this.#rooms = new Map([...parts.sites].map(([name, site]) => [name, new SiteRooms(site, share(name))]));
    this.#wayRounds = new Rounds(
      () => this.#reconcileWays(),
      WAY_ROUNDS,
      (error, failures) => this.#waysFailed(error, failures),
    );
    this.#idle = new IdleWatch({ ...parts, nudge: (id) => this.#followers.get(id)?.nudge() });
    this.#siteRounds = new Map([...this.#rooms].map(([name, rooms]) => [name, this.#makeSiteRounds(rooms)]));
  }

  /** Takes up every server that has not ended, and keeps tunnels, routes, jobs and folders in step from then on. */
  async open(): Promise<void> {
    await this.#revoked.refresh();
    for (const row of await this.parts.records.listActive()) {
      // A database that was set back to an older copy does not know of a later attempt: the job is looked for first.
      if (row.jobId === null && row.submitAttemptedAt === null) {
        await this.parts.records.update(row.id, { submitAttemptedAt: new Date() });
      }
      this.#follow(row);
    }
    await this.#wayRounds.start();
    for (const rounds of this.#siteRounds.values()) {
      void rounds.start();
    }
    await this.#idle.open();
  }

  /** Stops following; servers, tunnels and routes stay as they are. */
  async close(): Promise<void> {
    this.#idle.close();
    for (const rounds of [this.#wayRounds, ...this.#siteRounds.values()]) {
      rounds.close();
    }
    for (const follower of this.#followers.values()) {
      follower.close();
    }
    await Promise.all([...this.#rooms.values()].map((rooms) => rooms.close()));
  }

  /**
   * Checks a request, renders its job script and saves the server; everything after that happens by itself.
   *
   * @throws RequestRefused when a value is not allowed or the user has too many servers, NameTaken when the user has such a server, SiteInMaintenance
   */
  async start(request: SpawnRequest): Promise<ServerRow> {
    const site = this.parts.sites.get(request.site);
    if (site !== undefined) {
      await this.parts.notices.refuseInMaintenance(site);
    }
    const plan = await planJob(this.parts, request);
    const server = describeServer(plan, this.parts.log);
    const row = await doStep('save-requested', () => this.#limit.insert(server));
    this.#follow(row);
    return row;
  }

  /** Asks a server to stop; its page shows when it has. @returns false when there was nothing to stop */
  async stop(userName: string, name: string): Promise<boolean> {
    const row = await this.parts.records.find(userName, name);
    if (row === undefined || row.state === 'ended') {
      return false;
    }
    const patch = { stopRequestedAt: new Date() };
    const moved = await doStep('save-stopping', () =>
      this.parts.records.move(row.id, { to: 'stopping', ...tellMove('stop-asked'), patch }),
    );
    this.#followers.get(row.id)?.nudge();
    return moved !== undefined;
  }

  /** The same for a server of anybody, by its id; whoever it was is kept with the server. */
  async stopForAdmin(id: string, admin: string): Promise<boolean> {
    const moved = await this.parts.records.move(id, {
      to: 'stopping',
      ...tellMove('stopped-by-admin'),
      patch: { stopRequestedAt: new Date(), stopRequestedBy: admin },
    });
    if (moved !== undefined) {
      const { userName, name, site } = moved;
      this.parts.log.info({ admin, server: id, user: userName, name, site }, 'an administrator stopped a server');
      this.#followers.get(id)?.nudge();
    }
    return moved !== undefined;
  }

  /**
   * The user says that somebody still works with a ready server, which counts as activity.
   *
   * @returns false when there is no ready server of this name
   */
  async keep(userName: string, name: string): Promise<boolean> {
    const row = await this.parts.records.find(userName, name);
    if (row?.state !== 'ready') {
      return false;
    }
    if (row.idleSeconds !== null) {
      await this.#idle.keep(row);
    }
    return true;
  }

  /** Tells the gate of sessions that were ended since it was told last; see that it is called whenever one is. */
  async renewGates(): Promise<void> {
    const users = await this.#revoked.refresh();
    const rows = users.length === 0 ? [] : await this.parts.records.listActive();
    for (const row of rows.filter(({ userName }) => users.includes(userName))) {
      this.#followers.get(row.id)?.renewGate();
    }
  }

  /**
   * Whether the proxy has a ready server's route. Where it has not (it was restarted a moment ago) the way is opened
   * again at once instead of at the next reconciliation.
   */
  async checkWay(server: Pick<ServerRow, 'id' | 'userName' | 'name'>): Promise<boolean> {
    const isOpen = (await this.parts.ends.proxy.getRoute(publicPathOf(server))) !== undefined;
    if (!isOpen) {
      this.#followers.get(server.id)?.reopenWay();
    }
    return isOpen;
  }

  /** How many servers that have not ended a user may have, on all sites together. */
  get serversPerUser(): number {
    return this.parts.serversPerUser;
  }

  /** The place of a server that waits for its turn to be handed to its site; undefined for any other. */
  placeOf(serverId: string): number | undefined {
    return this.#followers.get(serverId)?.place;
  }

  /** Connector or proxy has come back, perhaps knowing nothing any more: tunnels and routes are compared at once. */
  checkWays(): void {
    this.#wayRounds.hurry();
  }

  /** Sites whose scheduler did not answer when it was asked last, with why. */
  listSiteTroubles(): { site: string; why: string }[] {
    return [...this.#rooms].flatMap(([site, { troubles }]) => troubles.map((why) => ({ site, why })));
  }

  #follow(row: ServerRow): void {
    const rooms = this.#rooms.get(row.site);
    if (rooms === undefined) {
      this.parts.log.error({ server: row.id, site: row.site }, 'a living server is on a site that is not configured');
      return;
    }
    const { id } = row;
    const follower = new ServerFollower(id, rooms.of(row.account, row.scheduler));
    this.#followers.set(id, follower);
    follower.standInLine(row);
    void follower.run().finally(() => this.#followers.delete(id));
  }

  /** Compares tunnels and routes with the servers, and mends once. @throws when connector or proxy do not answer */
  async #reconcileWays(): Promise<void> {
    const { records, ends, log } = this.parts;
    const { missing, outdated } = await reconcileWays(
      { ends, revoked: this.#revoked },
      () => records.listActive(),
      log,
    );
    for (const id of missing) {
      this.#followers.get(id)?.reopenWay();
    }
    for (const id of outdated) {
      this.#followers.get(id)?.renewGate();
    }
    // Sessions may also be ended by the command line, of which the hub hears nothing.
    await this.renewGates();
  }

  #waysFailed(error: unknown, failures: number): void {
    // Connector and proxy may be a few seconds behind the hub at a start: that is worth no warning.
    const level = failures === WARN_AT_FAILURE ? 'warn' : 'debug';
    this.parts.log[level]({ why: sayWhy(error) }, 'tunnels and routes cannot be compared with the servers');
  }

  #makeSiteRounds(rooms: SiteRooms): Rounds {
    const { records, log } = this.parts;
    const { site, slurm } = rooms;
    const nudge = (id: string) => this.#followers.get(id)?.nudge();
    return new Rounds(
      () => reconcileSite({ site, scheduler: slurm, records, log, nudge }),
      SITE_ROUNDS,
      (error, failures) => {
        const level = failures === 1 ? 'info' : 'debug';
        log[level]({ site: site.name, why: sayWhy(error) }, 'jobs and folders cannot be compared with the servers');
      },
    );
  }
}
