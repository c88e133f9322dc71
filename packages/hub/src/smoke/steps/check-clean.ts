import { z } from 'zod';
import { askUrl, readText } from '../ask-url.js';
import type { CaseRoom, OpenWay } from '../case-room.js';
import { readJson } from '../read-json.js';
import { SmokeFailure } from '../smoke-error.js';

/** What the hub says to whoever asks for a server that has no route. */
const noRouteShape = z.looseObject({ code: z.literal('server-not-running') });

/** Nothing is left of the server, as far as a client can see it. @param way the way that led to it, where there was one */
export async function checkClean(room: CaseRoom, way: OpenWay | undefined): Promise<void> {
  room.clock.enter('clean');
  await checkEnded(room);
  if (way !== undefined) {
    await checkRoute(room, way);
  }
}

async function checkEnded({ hub, clock, server }: CaseRoom): Promise<void> {
  const [{ state, logProblem }, { servers }] = await Promise.all([
    hub.server(server, clock.signal),
    hub.user(clock.signal),
  ]);
  if (state !== 'ended' || Object.hasOwn(servers ?? {}, server.name)) {
    throw new SmokeFailure(`The hub still has the server ${server.name}; it is ${state}.`);
  }
  // Whoever cannot read the log could not remove the folder either.
  if (logProblem !== null) {
    throw new SmokeFailure(`Its folder is left on the site: ${logProblem}`);
  }
}

/** The pass is good still: only a route that is gone keeps it out. */
async function checkRoute({ clock, server }: CaseRoom, { url, headers }: OpenWay): Promise<void> {
  const answer = await askUrl(new URL('api/status', url), {
    headers: { ...headers, accept: 'application/json' },
    signal: clock.signal,
  });
  const text = await readText(answer, clock.signal);
  if (!noRouteShape.safeParse(readJson(text)).success) {
    throw new SmokeFailure(`The proxy still has the way to ${server.name}; it answered ${answer.status}.`);
  }
}
