import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SiteCommand } from '../sites/site.js';
import { END_REASONS } from '../spawn/end-reason.js';
import { LIVING_STATES } from '../spawn/life.js';
import type { ServerRecords } from '../spawn/server-records.js';
import type { Turns } from '../spawn/turns.js';
import { timeSteps } from './spawn-clock.js';

/** From a second to a day: jobs wait long. */
const SPAWN_BUCKETS = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 6 * 3600, 24 * 3600];
const QUERY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What the hub's figures are made of. */
export interface HubFigureParts {
  readonly records: Pick<ServerRecords, 'countActive' | 'onMove'>;
  readonly turns: Pick<Turns, 'count'>;
  readonly siteNames: readonly string[];
}

/** Hears of every command on a site. */
export type SiteCommandMeter = (command: SiteCommand) => void;

/** Puts the commands that the hub has sites run among the figures. @returns whom to tell of each */
export function addSiteCommandFigures(registry: Registry): SiteCommandMeter {
  const labelNames = ['site', 'program', 'outcome'] as const;
  const queries = new Counter({
    name: 'juhub_site_queries_total',
    help: 'Commands that a site was to run; outcome: answered, or why it could not be asked',
    labelNames,
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'juhub_site_query_seconds',
    help: 'How long commands on a site took, with the way there',
    labelNames: ['site', 'program'],
    buckets: QUERY_BUCKETS,
    registers: [registry],
  });
  return ({ site, program, outcome, tookMs }) => {
    queries.inc({ site, program, outcome });
    seconds.observe({ site, program }, tookMs / 1000);
  };
}

/** Puts servers by site and state, the line of those that are to be started, and the times of starts among the figures. */
export function addServerFigures(registry: Registry, { records, turns, siteNames }: HubFigureParts): void {
  new Gauge({
    name: 'juhub_servers',
    help: 'Servers that have not ended',
    labelNames: ['site', 'state'],
    registers: [registry],
    async collect() {
      const counts = await records.countActive();
      this.reset();
      // A site without servers has zeros: a line that is missing says nothing, and breaks sums and alarms.
      for (const site of siteNames) {
        for (const state of LIVING_STATES) this.set({ site, state }, 0);
      }
      for (const { site, state, count } of counts) this.set({ site, state }, count);
    },
  });
  new Gauge({
    name: 'juhub_starts',
    help: 'Servers that are being handed to their site now (under-way), or wait for their turn',
    labelNames: ['site', 'state'],
    registers: [registry],
    collect() {
      for (const { site, waiting, inUse } of turns.count()) {
        this.set({ site, state: 'waiting' }, waiting);
        this.set({ site, state: 'under-way' }, inUse);
      }
    },
  });
  addSpawnFigures(registry, records);
  addEndFigures(registry, { records, siteNames });
}

function addSpawnFigures(registry: Registry, records: HubFigureParts['records']): void {
  const steps = new Histogram({
    name: 'juhub_spawn_step_seconds',
    help: 'Time of the steps of starts: submit, queue, start; all is the whole way from the form to the notebook',
    labelNames: ['site', 'step'],
    buckets: SPAWN_BUCKETS,
    registers: [registry],
  });
  records.onMove((row) => {
    for (const { step, seconds } of timeSteps(row, new Date())) steps.observe({ site: row.site, step }, seconds);
  });
}

function addEndFigures(
  registry: Registry,
  { records, siteNames }: Pick<HubFigureParts, 'records' | 'siteNames'>,
): void {
  const ends = new Counter({
    name: 'juhub_servers_ended_total',
    help: 'Servers that have ended since the hub started, by reason',
    labelNames: ['site', 'reason'],
    registers: [registry],
  });
  // A counter that comes into being at its first end hides that one from increase() and rate().
  for (const site of siteNames) {
    for (const reason of END_REASONS) ends.inc({ site, reason }, 0);
  }
  records.onMove((row) => {
    if (row.state === 'ended') ends.inc({ site: row.site, reason: row.endReason ?? 'unknown' });
  });
}
