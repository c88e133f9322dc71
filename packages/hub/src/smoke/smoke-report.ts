import type { StepName } from './step-names.js';

export type Outcome = 'passed' | 'failed' | 'skipped';

/** How one step went. */
export interface StepResult {
  readonly step: StepName;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** What was seen, in a few words. */
  readonly detail?: string;
}

/** Why something failed. */
export interface Failure {
  readonly step: StepName;
  readonly reason: string;
  /** The end of the server's log, where there is one. */
  readonly logTail?: string;
}

/** How it went with one server, or with the steps before the first one. */
export interface CaseResult {
  /** What was tested, for people. */
  readonly title: string;
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly steps: readonly StepResult[];
  readonly failure?: Failure;
  /** Why it was skipped. */
  readonly skipped?: string;
  readonly template?: string;
  readonly nodeType?: string;
  readonly choices?: Readonly<Record<string, string>>;
  /** The name of the server that was started. */
  readonly server?: string;
  /** What could not be cleaned up, and what to do about it. */
  readonly left?: string;
}

/** How a whole smoke test went; what `--json` writes. */
export interface SmokeReport {
  readonly hub: string;
  /** Undefined: the hub did not say. */
  readonly version?: string;
  readonly user?: string;
  readonly site?: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly outcome: 'passed' | 'failed';
  readonly isInterrupted: boolean;
  /** The steps before the first server. */
  readonly before: CaseResult;
  readonly cases: readonly CaseResult[];
}
