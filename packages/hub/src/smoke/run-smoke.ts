import { randomBytes, randomInt } from 'node:crypto';
import type { CodeCheck } from './case-room.js';
import { chooseCases, type SmokeCase, type Wanted } from './choose-cases.js';
import type { FirstRoom } from './first-room.js';
import { HubClient } from './hub-client.js';
import { attempt, fillSteps, type GivenCase, runCase, skipCase } from './run-case.js';
import { SmokeFailure, SmokeInterrupted, SmokeUsage } from './smoke-error.js';
import type { CaseResult, SmokeReport, StepResult } from './smoke-report.js';
import { StepClock } from './step-clock.js';
import { FIRST_STEPS, type StepLimits } from './step-names.js';
import { askSite } from './steps/ask-site.js';
import { reachHub } from './steps/reach-hub.js';
import { SERVER_PREFIX, signIn } from './steps/sign-in.js';

/** A smoke test, as the command line asks for it. */
export interface SmokeOptions extends Wanted {
  readonly hub: URL;
  readonly token: string;
  /** May be left out where there is only one. */
  readonly site?: string | undefined;
  /** Undefined: a product of two numbers, which every kernel can tell. */
  readonly check?: CodeCheck | undefined;
  readonly limits: StepLimits;
  /** Servers at the same time, at most. */
  readonly parallel: number;
  readonly interrupted: AbortSignal;
  /** The servers that may be there just now, by name. */
  readonly living: Set<string>;
  /** Told the titles of all that is going to be told of, before anything. */
  readonly onTitles: (titles: readonly string[]) => void;
  readonly onStep: (title: string, result: StepResult) => void;
}

/** What the steps before the first server have found out. */
interface Found {
  version?: string;
  user?: string;
  site?: string;
  cases: SmokeCase[];
}

const BEFORE = 'hub and site';

/**
 * Drives a hub over its public addresses, as any program with a token can: starts servers, uses them, stops them.
 *
 * @throws SmokeUsage when the site does not have what was asked for; nothing was started then
 */
export async function runSmoke(options: SmokeOptions): Promise<SmokeReport> {
  const startedAt = new Date();
  const hub = new HubClient(options.hub, options.token);
  options.onTitles([BEFORE]);
  const found: Found = { cases: [] };
  const before = await lookAround(hub, found, options);
  const cases = before.outcome === 'passed' ? await runCases(hub, found, options) : [];
  const isPassed = [before, ...cases].every(({ outcome }) => outcome !== 'failed') && !options.interrupted.aborted;
  return {
    hub: options.hub.origin,
    ...(found.version === undefined ? {} : { version: found.version }),
    ...(found.user === undefined ? {} : { user: found.user }),
    ...(found.site === undefined ? {} : { site: found.site }),
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    outcome: isPassed ? 'passed' : 'failed',
    isInterrupted: options.interrupted.aborted,
    before,
    cases,
  };
}

async function lookAround(hub: HubClient, found: Found, options: SmokeOptions): Promise<CaseResult> {
  const started = performance.now();
  const clock = new StepClock(options.limits, (result) => options.onStep(BEFORE, result), options.interrupted);
  let usage: SmokeUsage | undefined;
  const failure = await attempt(clock, 'reach-hub', () =>
    findCases({ hub, clock }, found, options).catch((error: unknown) => {
      usage = error instanceof SmokeUsage ? error : undefined;
      throw error;
    }),
  );
  if (usage !== undefined) {
    throw usage;
  }
  return {
    title: BEFORE,
    outcome: failure === undefined ? 'passed' : 'failed',
    seconds: (performance.now() - started) / 1000,
    steps: fillSteps(FIRST_STEPS, clock.results),
    ...(failure === undefined ? {} : { failure }),
  };
}

async function findCases(room: FirstRoom, found: Found, options: SmokeOptions): Promise<void> {
  const { hub, clock } = room;
  found.version = await reachHub(room);
  found.user = await signIn(room);
  const site = await askSite(room, options.site);
  found.site = site.name;
  found.cases = chooseCases(site, await hub.templates(clock.signal), options);
  const skipped = found.cases.flatMap((one) => one.skipped ?? []);
  if (skipped.length === found.cases.length) {
    throw new SmokeFailure(`There is nothing to test on ${site.name}. ${skipped.join(' ')}`);
  }
  options.onTitles([BEFORE, ...found.cases.map(({ title }) => title)]);
  clock.note(`${found.cases.length - skipped.length} to test`);
}

/** As many at once as is allowed; the results stand in the order of the cases. */
async function runCases(hub: HubClient, found: Found, options: SmokeOptions): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const waiting = [...found.cases.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, one] = next;
      const skipped = one.skipped ?? (options.interrupted.aborted ? new SmokeInterrupted().message : undefined);
      const onStep = (result: StepResult) => options.onStep(one.title, result);
      results[index] =
        skipped === undefined
          ? await runCase(prepareCase(hub, one, { found, options }), { ...options, onStep })
          : skipCase(one, skipped);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.parallel, waiting.length) }, work));
  return results;
}

function prepareCase(
  hub: HubClient,
  one: SmokeCase,
  { found: { user = '', site = '' }, options }: { found: Found; options: SmokeOptions },
): GivenCase {
  return { hub, site, case: one, server: { user, name: makeName() }, check: options.check ?? makeCheck() };
}

/** Unlike any other, and easily told from the servers of people. */
function makeName(): string {
  return `${SERVER_PREFIX}${randomBytes(4).toString('hex')}`;
}

/** A product that stands in no log by chance, in words that Python, R, Julia and others have in common. */
function makeCheck(): CodeCheck {
  const [one, other] = [randomInt(1_000, 10_000), randomInt(1_000, 10_000)];
  return { code: `${one} * ${other}`, expect: String(one * other) };
}
