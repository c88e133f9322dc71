import type { ServerDetailBody } from '../../api/shapes/server-shape.js';
import type { CaseRoom } from '../case-room.js';
import { stepOf, stepOfEnd } from '../describe-wait.js';
import { followServer } from '../follow-server.js';
import { SmokeFailure } from '../smoke-error.js';
import type { StepClock } from '../step-clock.js';

/** Follows the server through `submit`, `queue` and `boot` until the hub calls it ready. */
export async function awaitReady(room: CaseRoom): Promise<void> {
  const { clock } = room;
  clock.enter('submit');
  for await (const server of followServer(room)) {
    noteStep(clock, server);
    if (server.state === 'ready') {
      return;
    }
    if (server.state === 'stopping' || server.state === 'ended') {
      clock.enter(stepOfEnd(server, clock.current ?? 'submit'));
    }
    if (server.state === 'ended') {
      throw new SmokeFailure(explainEnd(server));
    }
  }
}

/** A server may pass several steps between two events. */
function noteStep(clock: StepClock, server: ServerDetailBody): void {
  const step = stepOf(server);
  if (step === undefined) {
    return;
  }
  if (step !== 'submit' && clock.current === 'submit' && server.jobId !== null) {
    clock.note(`job ${server.jobId}`);
  }
  if ((step === 'boot' || step === 'open') && server.node !== null && clock.current !== 'open') {
    clock.enter('boot');
    clock.note(`on ${server.node}`);
  }
  clock.enter(step);
}

function explainEnd({ reason, exitCode }: ServerDetailBody): string {
  const code = exitCode === null || exitCode === '0:0' ? '' : ` (exit code ${exitCode})`;
  return `The server ended before it was ready: ${reason?.message ?? 'it is not known why.'}${code}`;
}
