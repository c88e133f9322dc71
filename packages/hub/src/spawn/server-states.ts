import type { ServerState } from '../db/server-row.js';

/** States of a server that has, or may have, a job. */
export const ACTIVE_STATES: readonly ServerState[] = [
  'requested',
  'submitted',
  'queued',
  'starting',
  'ready',
  'stopping',
];

/** States in which a server is on its way to ready. */
export const COMING_STATES: readonly ServerState[] = ['requested', 'submitted', 'queued', 'starting'];
