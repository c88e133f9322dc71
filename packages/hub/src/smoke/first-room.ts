import type { HubClient } from './hub-client.js';
import type { StepClock } from './step-clock.js';

/** What the steps before the first server work with. */
export interface FirstRoom {
  readonly hub: HubClient;
  readonly clock: StepClock;
}
