import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { splice } from '../src/forward/splice.js';
import { ChunkSocket } from '../src/reading/read-socket.js';

/** One end of a conversation in memory; `written` is what reached it, and it takes more only when `release` is called. */
class HeldDuplex extends Duplex {
  readonly written: string[] = [];
  release: () => void = () => {};
  ended = false;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(String(chunk));
    this.release = done;
  }

  override _final(done: () => void): void {
    this.ended = true;
    done();
  }
}

const join = (client: Duplex, target: Duplex, options: Parameters<typeof splice>[2]): void =>
  splice(new ChunkSocket(client), new ChunkSocket(target), options);

const orders: [string, typeof join][] = [
  ['the target', join],
  ['the client', (one, other, options) => join(other, one, options)],
];

test.each(orders)(
  'What one side said before it was gone reaches a slow other side, which is ended only then; here %s is gone.',
  async (_who, join) => {
    for (const leave of [
      (side: Duplex) => side.push(null) && undefined,
      (side: Duplex) => void side.destroy(new Error('reset')),
    ]) {
      const [slow, gone] = [new HeldDuplex(), new HeldDuplex()];
      join(slow, gone, { onData: () => {}, lingerMs: 60_000 });
      gone.push('first');
      gone.push('last words');
      await once(gone, 'data');
      await new Promise((resolve) => setImmediate(resolve));
      leave(gone);
      const closed = new Promise((resolve) => gone.once('close', resolve));
      gone.destroy();
      await closed;
      expect([slow.destroyed, slow.ended]).toEqual([false, false]);
      slow.release();
      await new Promise((resolve) => setImmediate(resolve));
      slow.release();
      await once(slow, 'finish');
      expect(slow.written).toEqual(['first', 'last words']);
      slow.destroy();
    }
  },
);

test.each(orders)(
  'A side that does not leave is cut off when its time is up; here %s has left.',
  async (_who, join) => {
    const [stays, leaves] = [new HeldDuplex(), new HeldDuplex()];
    join(stays, leaves, { onData: () => {}, lingerMs: 20 });
    leaves.destroy();
    await once(stays, 'close');
  },
);

test('Every chunk is told with its bytes and its direction.', async () => {
  const onData = vi.fn();
  const [one, other] = [new HeldDuplex(), new HeldDuplex()];
  join(one, other, { onData, lingerMs: 20 });
  one.push('a');
  other.push('bc');
  await Promise.all([once(one, 'data'), once(other, 'data')]);
  expect(onData.mock.calls.map(([bytes, from]) => `${from}: ${bytes}`).sort()).toEqual(['client: a', 'target: bc']);
  one.destroy();
  await once(other, 'close');
});
