import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeProgress, type ProgressView } from '../../src/pages/server/progress-view.js';
import { streamProgress } from '../../src/web/stream-progress.js';
import { AROUND, makeServerRow } from '../pages/examples.js';

const CALM = { heartbeatMs: 60_000, lifetimeMs: 60_000 };

const view = (node: string): ProgressView => describeProgress(makeServerRow({ node }), [], AROUND);

/** A server that a test changes, and the stream of it. */
function openStream(times = CALM, stream = new PassThrough()) {
  let listener: (() => void) | undefined;
  const errors: unknown[] = [];
  const source = {
    reads: 0,
    read: async (): Promise<ProgressView | undefined> => {
      source.reads += 1;
      return view(`n${source.reads}`);
    },
    onChange: (callback: () => void) => {
      listener = callback;
      return () => {
        listener = undefined;
      };
    },
    onError: (error: unknown) => void errors.push(error),
  };
  streamProgress(stream, source, times);
  return { stream, source, errors, change: () => listener?.(), isListening: () => listener !== undefined };
}

/** What was written so far, when the stream has had time to. */
async function readSoFar(stream: PassThrough): Promise<string> {
  await delay(10);
  return String(stream.read() ?? '');
}

it('A stream begins with when to come back and the server as it is.', async () => {
  const { stream } = openStream();
  expect(await readSoFar(stream)).toMatch(/^retry: 2000\n\nevent: snapshot\ndata: \{.*\}\n\n$/);
  stream.destroy();
});

it('Many changes at once are one snapshot, of the newest state.', async () => {
  const { stream, source, change } = openStream();
  await readSoFar(stream);
  for (let changed = 0; changed < 100; changed += 1) {
    change();
  }
  const text = await readSoFar(stream);
  expect(text.match(/event: snapshot/g)?.length).toBeLessThanOrEqual(2);
  expect(text).toContain(`"node":"n${source.reads}"`);
  stream.destroy();
});

it('A reader that does not read gets no queue, and the newest state when it reads again.', async () => {
  const { stream, source, change } = openStream(CALM, new PassThrough({ highWaterMark: 16 }));
  await delay(10);
  for (let changed = 0; changed < 50; changed += 1) {
    change();
    await delay(1);
  }
  expect(source.reads).toBeLessThan(5);
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  await delay(20);
  expect(text).toContain(`"node":"n${source.reads}"`);
  stream.destroy();
});

it('A quiet stream shows that it lives, and ends after its time so that the browser asks anew.', async () => {
  const { stream, isListening } = openStream({ heartbeatMs: 5, lifetimeMs: 60 });
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
  }
  expect(text).toContain(': alive\n\n');
  await delay(0);
  expect(isListening()).toBe(false);
});

it('A read that fails ends the stream, and is told.', async () => {
  const { stream, source, errors, change } = openStream();
  await readSoFar(stream);
  source.read = () => Promise.reject(new Error('The database is away.'));
  change();
  stream.resume();
  await new Promise((resolve) => stream.once('close', resolve));
  expect(errors).toEqual([new Error('The database is away.')]);
});
