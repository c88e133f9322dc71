import { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { batchWrites } from '../src/batch-writes.js';

/** Remembers what it was given at a time. */
class Collector extends Duplex {
  readonly batches: string[][] = [];

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.batches.push([String(chunk)]);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.batches.push(chunks.map(({ chunk }) => String(chunk)));
    done();
  }
}

it('sends together and in order what is written in one turn of the event loop', async () => {
  const stream = new Collector();
  batchWrites(stream);
  for (const word of ['a', 'b', 'c']) stream.write(word);
  await nextTurn();
  stream.write('d');
  await nextTurn();
  expect(stream.batches).toEqual([['a', 'b', 'c'], ['d']]);
});

it('says when too much is waiting, and sends what was written before an end', async () => {
  const stream = new Collector({ writableHighWaterMark: 2 });
  batchWrites(stream);
  expect(stream.write('abc')).toBe(false);
  stream.end('d');
  await nextTurn();
  expect(stream.batches.flat().join('')).toBe('abcd');
});
