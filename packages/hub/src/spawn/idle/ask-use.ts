import { z } from 'zod';
import type { ServerRow } from '../../db/server-row.js';
import { publicPathOf } from '../public-path.js';
import { askServer } from '../steps/ask-server.js';
import { tunnelNameOf, type WayEnds } from '../steps/open-way.js';
import type { UseSigns } from './judge-idle.js';

/** What Jupyter tells of itself; other programs have no such thing. */
const statusShape = z.object({ last_activity: z.iso.datetime({ offset: true }), kernels: z.number() });

const kernelsShape = z.array(z.object({ execution_state: z.string() }));

/** Its clock is read in whole seconds: a difference below this is none. */
const CLOCK_GRAIN_MS = 2_000;

/**
 * Asks how a ready server is used: Jupyter itself, and the proxy when its route last carried data. A program that is no
 * Jupyter is judged by its traffic alone.
 *
 * @throws when one of them does not answer as it should; then nothing is known
 */
export async function askUse(ends: WayEnds, row: ServerRow): Promise<UseSigns> {
  const { socketPath, state, lastError } = await ends.connector.readTunnel(tunnelNameOf(row.id));
  if (state === 'waiting') {
    // The tunnel would keep us waiting, and with us the servers of other sites.
    throw new Error(lastError ?? 'The site cannot be reached.');
  }
  const jupyter = await askJupyter(socketPath, row);
  // The proxy last: while Jupyter was asked somebody may have come.
  const route = await ends.proxy.getRoute(publicPathOf(row));
  if (route === undefined) {
    throw new Error('The proxy has no route to it, and so nothing to tell of its traffic.');
  }
  const knownMs = Math.min(ageOf(row.readyAt), ageOf(row.activeAt));
  const heardMs = Math.min(jupyter?.quietMs ?? Number.POSITIVE_INFINITY, ageOf(new Date(route.last_activity)));
  return { quietMs: heardMs > knownMs - CLOCK_GRAIN_MS ? knownMs : heardMs, isBusy: jupyter?.isBusy ?? false };
}

/** A time that is still to come is now: nobody's clock makes a server older than it is. */
function ageOf(date: Date | null): number {
  return date === null ? Number.POSITIVE_INFINITY : Math.max(0, Date.now() - date.getTime());
}

async function askJupyter(socketPath: string, row: ServerRow): Promise<UseSigns | undefined> {
  const answer = await askServer(socketPath, row, 'api/status');
  if (answer.status !== 200) {
    throw new Error(`The server answered ${answer.status}.`);
  }
  const status = statusShape.safeParse(readJson(answer.body));
  if (!status.success) {
    return undefined;
  }
  if (answer.date === undefined) {
    throw new Error('The server does not tell what time it has.');
  }
  // Both by the clock of its node, which may be wrong.
  const quietMs = Math.max(0, answer.date.getTime() - Date.parse(status.data.last_activity));
  return { quietMs, isBusy: status.data.kernels > 0 && (await hasBusyKernel(socketPath, row)) };
}

async function hasBusyKernel(socketPath: string, row: ServerRow): Promise<boolean> {
  // To be asked is an activity for Jupyter, unless it is told that this is none.
  const answer = await askServer(socketPath, row, 'api/kernels?no_track_activity=1');
  if (answer.status !== 200) {
    throw new Error(`The server answered ${answer.status} when it was asked for its kernels.`);
  }
  return kernelsShape.parse(readJson(answer.body)).some((kernel) => kernel.execution_state === 'busy');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
