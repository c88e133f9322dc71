import { z } from 'zod';
import { askUrl, readText } from '../ask-url.js';
import type { CaseRoom, OpenWay } from '../case-room.js';
import { Kernel } from '../kernel.js';
import { readJson } from '../read-json.js';
import { SmokeFailure } from '../smoke-error.js';

const kernelShape = z.looseObject({ id: z.string() });

/** Starts the server's default kernel, and waits until it speaks. */
export async function startKernel({ clock, hub }: CaseRoom, { url, headers }: OpenWay): Promise<Kernel> {
  clock.enter('kernel');
  const address = new URL('api/kernels', url);
  const { signal } = clock;
  const answer = await askUrl(address, {
    method: 'POST',
    headers: { ...headers, origin: hub.url.origin },
    json: {},
    signal,
  });
  const text = await readText(answer, signal);
  if (answer.status !== 201) {
    throw new SmokeFailure(`Jupyter starts no kernel; it answered ${answer.status}: ${text.slice(0, 500)}`);
  }
  const made = kernelShape.safeParse(readJson(text));
  if (!made.success) {
    throw new SmokeFailure('Jupyter started a kernel, and does not say which.');
  }
  const kernel = await Kernel.connect(
    new URL(`api/kernels/${encodeURIComponent(made.data.id)}/channels`, url),
    headers,
    signal,
  );
  clock.describeWait = () => 'The WebSocket is open, and the kernel says nothing.';
  clock.note(await kernel.describe());
  clock.describeWait = () => undefined;
  return kernel;
}
