import type { ServerDetailBody } from '../api/shapes/server-shape.js';
import type { StepName } from './step-names.js';

const STATES: Readonly<Record<ServerDetailBody['state'], string>> = {
  requested: 'The job is not submitted yet.',
  submitted: 'The job is submitted.',
  queued: 'The job is in the queue.',
  starting: 'The job runs, and its program has not announced itself.',
  ready: 'The server is ready.',
  stopping: 'The server is being stopped.',
  ended: 'The server has ended.',
};

const HOPS: Readonly<Record<string, string>> = {
  hub: 'A part of juhub is in the way:',
  site: 'The hub cannot reach the site:',
  scheduler: 'The scheduler gives no answer:',
  server: 'The program has announced itself, and the hub cannot reach it:',
};

const FIREWALL = 'Can the login node reach the ports of that node, from 1024 up?';

/** Which step a server is in on its way to ready; undefined when it is on no such way. Pure. */
export function stepOf({ state, unreachable }: ServerDetailBody): StepName | undefined {
  switch (state) {
    case 'requested':
      return 'submit';
    case 'submitted':
    case 'queued':
      return 'queue';
    case 'starting':
      return unreachable?.hop === 'server' ? 'open' : 'boot';
    case 'ready':
      return 'open';
    default:
      return undefined;
  }
}

/**
 * The step in which a server ended before it was ready: a job may be over before anybody saw it run. Pure.
 *
 * @param reached the step in which it was last seen
 */
export function stepOfEnd({ reason, events }: ServerDetailBody, reached: StepName): StepName {
  const hasRun = events.some(({ cause }) => cause === 'job-runs');
  const endsRunning = reason !== null && !['refused', 'cancelled', 'vanished', 'stopped'].includes(reason.code);
  return reached !== 'open' && (hasRun || endsRunning) ? 'boot' : reached;
}

/** How it stands with a server that something is waited for, in words that help. Pure. */
export function describeWait({ state, node, waits, expectedStartAt, unreachable }: ServerDetailBody): string {
  if (unreachable !== null) {
    const advice = unreachable.hop === 'server' ? ` ${FIREWALL}` : '';
    return `${HOPS[unreachable.hop ?? ''] ?? 'Something is in the way:'} ${unreachable.why}${advice}`;
  }
  const words = [STATES[state]];
  if (waits !== null) {
    words.push(`Slurm says ${waits.code}: ${waits.text} ${waits.advice}`);
  }
  if (expectedStartAt !== null) {
    words.push(`It is expected to start at ${expectedStartAt}.`);
  }
  if (state === 'starting' && node !== null) {
    words.push(`Its node is ${node}.`);
  }
  return words.join(' ');
}
