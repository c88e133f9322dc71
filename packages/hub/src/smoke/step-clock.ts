import { SmokeFailure } from './smoke-error.js';
import type { StepResult } from './smoke-report.js';
import { orderOf, STEPS, type StepLimits, type StepName } from './step-names.js';

/** What a clock tells of each step that is over. */
export type OnStep = (result: StepResult) => void;

/** The step that is going on. */
interface CurrentStep {
  readonly name: StepName;
  readonly startedAt: number;
  detail?: string;
}

/** Times the steps that follow each other, and ends everything that waits when one takes too long. */
export class StepClock {
  readonly results: StepResult[] = [];
  readonly #end = new AbortController();
  #current: CurrentStep | undefined;
  #timer: NodeJS.Timeout | undefined;
  #describeWait: () => string | undefined = () => undefined;

  /** @param interrupted ends the step that is going on as well */
  constructor(
    private readonly limits: StepLimits,
    private readonly onStep: OnStep,
    private readonly interrupted?: AbortSignal,
  ) {
    this.interrupted?.addEventListener('abort', this.#leave, { once: true });
    if (this.interrupted?.aborted) {
      this.#leave();
    }
  }

  /** Aborted with the reason when a step took too long, or when the test was interrupted. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  get current(): StepName | undefined {
    return this.#current?.name;
  }

  /** The step before has passed, and this one begins. Does nothing where it, or a later one, goes on already. */
  enter(name: StepName): void {
    if (this.#current !== undefined && orderOf(name) <= orderOf(this.#current.name)) {
      return;
    }
    const before = this.#finish('passed');
    this.#fillUp(before, name);
    this.#current = { name, startedAt: performance.now() };
    const limit = this.limits[name];
    this.#timer = setTimeout(() => {
      const last = this.#describeWait();
      this.#end.abort(new SmokeFailure(`It took longer than ${limit} s.${last === undefined ? '' : ` ${last}`}`));
    }, limit * 1000);
  }

  /** The step that goes on has passed, and this one is left out. */
  skip(name: StepName, detail: string): void {
    this.#finish('passed');
    this.#add({ step: name, outcome: 'skipped', seconds: 0, detail });
  }

  /** What was seen in the step that goes on, in a few words. */
  note(detail: string): void {
    if (this.#current !== undefined) {
      this.#current.detail = detail;
    }
  }

  /** What to add when time is over: what was waited for, as last heard of. */
  set describeWait(describe: () => string | undefined) {
    this.#describeWait = describe;
  }

  /** The last step has passed. */
  pass(): void {
    this.#finish('passed');
    this.#close();
  }

  /** The step that goes on has failed. @returns its name */
  fail(): StepName | undefined {
    const name = this.current;
    this.#finish('failed');
    this.#close();
    return name;
  }

  readonly #leave = () => this.#end.abort(this.interrupted?.reason);

  /** @returns the step that is over now */
  #finish(outcome: 'passed' | 'failed'): StepName | undefined {
    clearTimeout(this.#timer);
    const step = this.#current;
    this.#current = undefined;
    if (step !== undefined) {
      const { name, startedAt, detail } = step;
      const seconds = (performance.now() - startedAt) / 1000;
      this.#add({ step: name, outcome, seconds, ...(detail === undefined ? {} : { detail }) });
    }
    return step?.name;
  }

  /** What lies between two steps was over before anybody saw it. */
  #fillUp(before: StepName | undefined, next: StepName): void {
    const from = before === undefined ? orderOf(next) : orderOf(before) + 1;
    for (const { name } of STEPS.slice(from, orderOf(next))) {
      this.#add({ step: name, outcome: 'passed', seconds: 0 });
    }
  }

  #add(result: StepResult): void {
    this.results.push(result);
    this.onStep(result);
  }

  #close(): void {
    this.interrupted?.removeEventListener('abort', this.#leave);
  }
}
