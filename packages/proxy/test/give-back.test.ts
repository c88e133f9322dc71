import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { giveBack } from '../src/reading/give-back.js';
import { ownLender } from '../src/reading/read-buffers.js';

const size = 64 * 1024;

it('A chunk that has its memory to itself is freed.', () => {
  const chunk = Buffer.allocUnsafeSlow(size);
  giveBack(chunk);
  expect(chunk.length).toBe(0);
  expect(chunk.buffer.byteLength).toBe(0);
});

it('What shares its memory with others is left alone, and so is what is small.', () => {
  const whole = Buffer.alloc(size, 'x');
  giveBack(whole.subarray(1));
  giveBack(whole.subarray(0, size - 1));
  expect(whole.toString()).toBe('x'.repeat(size));
  const small = Buffer.from(new ArrayBuffer(100));
  giveBack(small);
  expect(small.length).toBe(100);
});

it('A chunk is freed when it has gone out, and not before.', async () => {
  const chunk = Buffer.allocUnsafeSlow(size);
  let finish = (_error?: Error): void => {};
  const slow = new Writable({
    write: (_chunk, _encoding, done) => {
      finish = done;
    },
  });
  ownLender.send(chunk, slow);
  expect(chunk.length).toBe(size);
  finish();
  await new Promise(setImmediate);
  expect(chunk.length).toBe(0);
});

it('What could not be written is not freed.', async () => {
  const chunk = Buffer.allocUnsafeSlow(size);
  const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('broken')) });
  broken.on('error', () => {});
  ownLender.send(chunk, broken);
  await new Promise(setImmediate);
  expect(chunk.length).toBe(size);
});
