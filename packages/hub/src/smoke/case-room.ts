import type { SmokeCase } from './choose-cases.js';
import type { HubClient, ServerRef } from './hub-client.js';
import type { Kernel } from './kernel.js';
import type { StepClock } from './step-clock.js';

/** The code that a kernel is to run, and what its output must hold. */
export interface CodeCheck {
  readonly code: string;
  readonly expect: string;
}

/** What the steps of one server work with. */
export interface CaseRoom {
  readonly hub: HubClient;
  readonly clock: StepClock;
  readonly site: string;
  readonly case: SmokeCase;
  readonly server: ServerRef;
  readonly check: CodeCheck;
}

/** The way to a server through the public proxy. */
export interface OpenWay {
  /** Where it is reached, with a slash at its end. */
  readonly url: URL;
  /** What the gate lets through. */
  readonly headers: Readonly<Record<string, string>>;
  readonly isJupyter: boolean;
}

/** What a server has shown so far, for the steps that close it again. */
export interface CaseState {
  /** The hub was asked for it: it may be there. */
  isStarted: boolean;
  way?: OpenWay;
  kernel?: Kernel;
}
