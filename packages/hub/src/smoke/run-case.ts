import type { CaseRoom, CaseState } from './case-room.js';
import type { SmokeCase } from './choose-cases.js';
import { SmokeFailure } from './smoke-error.js';
import type { CaseResult, Failure, StepResult } from './smoke-report.js';
import { type OnStep, StepClock } from './step-clock.js';
import { CASE_STEPS, orderOf, type Step, type StepLimits, type StepName } from './step-names.js';
import { awaitReady } from './steps/await-ready.js';
import { checkClean } from './steps/check-clean.js';
import { openServer } from './steps/open-server.js';
import { runCode } from './steps/run-code.js';
import { startKernel } from './steps/start-kernel.js';
import { startServer } from './steps/start-server.js';
import { stopServer } from './steps/stop-server.js';

const LOG_WITHIN_MS = 10_000;

/** What is to be tested, and where. */
export type GivenCase = Omit<CaseRoom, 'clock'>;

/** How a case is run. */
export interface CaseSettings {
  readonly limits: StepLimits;
  readonly interrupted: AbortSignal;
  readonly onStep: OnStep;
  /** The servers that may be there just now, by name: for whoever has to leave at once. */
  readonly living: Set<string>;
}

/** Starts a server, uses it, stops it and looks what is left. Whatever happens, what was started is stopped. */
export async function runCase(given: GivenCase, settings: CaseSettings): Promise<CaseResult> {
  const startedAt = performance.now();
  const state: CaseState = { isStarted: false };
  const clock = new StepClock(settings.limits, settings.onStep, settings.interrupted);
  settings.living.add(given.server.name);
  const failure = await attempt(clock, 'start', () => goThrough({ ...given, clock }, state));
  state.kernel?.close();
  const cleaned = needsCleaning(state, failure, settings) ? await cleanUp(given, state, settings) : undefined;
  const left = cleaned === undefined ? failure !== undefined && isLate(failure) && failure.reason : cleaned.left;
  if (!left) {
    settings.living.delete(given.server.name);
  }
  return {
    ...describeCase(given.case),
    server: given.server.name,
    outcome: failure === undefined ? 'passed' : 'failed',
    seconds: (performance.now() - startedAt) / 1000,
    steps: fillSteps(CASE_STEPS, [...clock.results, ...(cleaned?.steps ?? [])]),
    ...(failure === undefined ? {} : { failure: await addLog(given, state, failure) }),
    ...(left ? { left } : {}),
  };
}

/** Runs steps. @returns why they failed; undefined when they did not */
export async function attempt(
  clock: StepClock,
  first: StepName,
  work: () => Promise<void>,
): Promise<Failure | undefined> {
  try {
    await work();
    clock.pass();
    return undefined;
  } catch (error) {
    const step = clock.fail() ?? first;
    return { step, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function goThrough(room: CaseRoom, state: CaseState): Promise<void> {
  await startServer(room, state);
  await awaitReady(room);
  const way = await openServer(room);
  state.way = way;
  if (way.isJupyter) {
    state.kernel = await startKernel(room, way);
    await runCode(room, state.kernel);
    state.kernel.close();
  } else {
    room.clock.skip('kernel', 'not a Jupyter server');
    room.clock.skip('run-code', 'not a Jupyter server');
  }
  const ended = await stopServer(room);
  if (ended !== 'stopped') {
    throw new SmokeFailure('It was to end because it was stopped, and had ended before.');
  }
  await checkClean(room, way);
}

/** A stop that took too long is not tried again: what is left is told. One that was interrupted is. */
function needsCleaning({ isStarted }: CaseState, failure: Failure | undefined, { interrupted }: CaseSettings): boolean {
  return isStarted && failure !== undefined && (interrupted.aborted || !isLate(failure));
}

function isLate({ step }: Failure): boolean {
  return orderOf(step) >= orderOf('stop');
}

/** With a clock of its own: nothing of what went wrong, nor an interruption, may keep it. */
async function cleanUp(
  given: GivenCase,
  { way }: CaseState,
  { limits, onStep }: CaseSettings,
): Promise<{ steps: readonly StepResult[]; left: string | undefined }> {
  const clock = new StepClock(limits, onStep);
  const failure = await attempt(clock, 'stop', async () => {
    const room = { ...given, clock };
    if ((await stopServer(room)) !== undefined) {
      await checkClean(room, way);
    }
  });
  const what = failure?.step === 'stop' ? `${given.server.name} could not be stopped: ` : '';
  return { steps: clock.results, left: failure === undefined ? undefined : `${what}${failure.reason}` };
}

/** The end of the log is known only now that the server has ended. */
async function addLog({ hub, server }: GivenCase, { isStarted }: CaseState, failure: Failure): Promise<Failure> {
  if (!isStarted) {
    return failure;
  }
  try {
    const { logTail } = await hub.server(server, AbortSignal.timeout(LOG_WITHIN_MS));
    return logTail === null || logTail.trim() === '' ? failure : { ...failure, logTail: logTail.trimEnd() };
  } catch {
    // It would only add to what is known.
    return failure;
  }
}

/** Every step in its order; those that were never reached are skipped. Pure. */
export function fillSteps(steps: readonly Step[], results: readonly StepResult[]): StepResult[] {
  return steps.map(
    ({ name }) => results.find(({ step }) => step === name) ?? { step: name, outcome: 'skipped', seconds: 0 },
  );
}

/** A case that was not run. Pure. */
export function skipCase(skipped: SmokeCase, why: string): CaseResult {
  return { ...describeCase(skipped), outcome: 'skipped', seconds: 0, steps: [], skipped: why };
}

function describeCase({ title, template, nodeType, choices }: SmokeCase) {
  return { title, template, choices, ...(nodeType === undefined ? {} : { nodeType }) };
}
