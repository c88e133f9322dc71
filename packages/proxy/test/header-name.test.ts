import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { readHeaderName } from '../src/headers/header-name.js';

const MESSAGES = 500;
const BYTES = 60_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function measureHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('The names that are kept hold none of the messages in memory that they came in', () => {
  const before = measureHeap();
  for (let index = 0; index < MESSAGES; index += 1) {
    const name = `x-number-of-the-message-${index}`;
    const message = Buffer.from(`${name}: ${'y'.repeat(BYTES)}`).toString('latin1');
    expect(readHeaderName(message.slice(0, name.length)).lower).toBe(name);
  }
  expect(measureHeap() - before).toBeLessThan((MESSAGES * BYTES) / 4);
});
