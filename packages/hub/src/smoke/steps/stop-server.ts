import type { CaseRoom } from '../case-room.js';
import { followServer } from '../follow-server.js';
import { HubRefused, mayPass, pause } from '../hub-client.js';

const AGAIN_MS = 1_000;

/**
 * Stops the server and waits until it has ended, however often the hub has to be asked.
 *
 * @returns why it ended, as the hub's word; undefined when there is no such server (the hub never took the request)
 */
export async function stopServer(room: CaseRoom): Promise<string | undefined> {
  const { clock } = room;
  clock.enter('stop');
  if (!(await askToStop(room))) {
    return undefined;
  }
  let ended = '';
  for await (const now of followServer(room)) {
    if (now.reason !== null) {
      ended = now.reason.code;
      clock.note(ended);
    }
  }
  return ended;
}

async function askToStop({ hub, clock, server }: CaseRoom): Promise<boolean> {
  for (;;) {
    try {
      await hub.stop(server, clock.signal);
      return true;
    } catch (error) {
      clock.signal.throwIfAborted();
      if (error instanceof HubRefused && error.status === 404) {
        return false;
      }
      if (!mayPass(error)) {
        throw error;
      }
      clock.describeWait = () => error.message;
      await pause(AGAIN_MS, clock.signal);
    }
  }
}
