import type { ServerDetailBody } from '../api/shapes/server-shape.js';
import type { CaseRoom } from './case-room.js';
import { describeWait } from './describe-wait.js';

/** What becomes of a server until it has ended. When a step takes too long meanwhile, the clock tells how it stood. */
export async function* followServer({ hub, clock, server }: CaseRoom): AsyncGenerator<ServerDetailBody, void> {
  let last: ServerDetailBody | undefined;
  let trouble: string | undefined;
  clock.describeWait = () => trouble ?? (last === undefined ? undefined : describeWait(last));
  const onTrouble = (why: string | undefined) => {
    trouble = why;
  };
  try {
    for await (const { server: now } of hub.follow(server, clock.signal, onTrouble)) {
      last = now;
      yield now;
    }
  } finally {
    clock.describeWait = () => undefined;
  }
}
