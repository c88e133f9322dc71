import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { splice } from '../src/forward/splice.js';

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

test('What one side said before it was gone reaches a slow other side, which is ended only then.', async () => {
  for (const leave of [
    (side: Duplex) => side.push(null) && undefined,
    (side: Duplex) => void side.destroy(new Error('reset')),
  ]) {
    const [slow, gone] = [new HeldDuplex(), new HeldDuplex()];
    splice(slow, gone, { onData: () => {}, lingerMs: 60_000 });
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
});

test('A side that does not leave after the other one is cut off when its time is up.', async () => {
  const [stays, leaves] = [new HeldDuplex(), new HeldDuplex()];
  splice(stays, leaves, { onData: () => {}, lingerMs: 20 });
  leaves.destroy();
  await once(stays, 'close');
});

test('Every chunk in either direction is counted as activity.', async () => {
  const onData = vi.fn();
  const [one, other] = [new HeldDuplex(), new HeldDuplex()];
  splice(one, other, { onData, lingerMs: 20 });
  one.push('a');
  other.push('b');
  await Promise.all([once(one, 'data'), once(other, 'data')]);
  expect(onData).toHaveBeenCalledTimes(2);
  one.destroy();
  await once(other, 'close');
});
