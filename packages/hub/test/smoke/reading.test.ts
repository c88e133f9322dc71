import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readEvents } from '../../src/smoke/read-events.js';
import { readShape } from '../../src/smoke/read-shape.js';

/** A text as a stream that comes in pieces of one size. */
async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array, void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

describe('the events of a stream', () => {
  it('are the same however the stream is cut', async () => {
    const text = ': hello\n\nid: 1\ndata: {"ä":1}\n\nevent: x\r\ndata:two\r\ndata: lines\r\n\r\ndata: cut off\n';
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (size) => {
        const events: string[] = [];
        for await (const event of readEvents(inPieces(text, size))) {
          events.push(event);
        }
        expect(events).toEqual(['{"ä":1}', 'two\nlines']);
      }),
    );
  });
});

describe('an answer of the hub', () => {
  const shape = z.strictObject({ name: z.string(), parts: z.array(z.strictObject({ id: z.number() })) });

  it('may hold more than this juhub knows: a newer hub is understood', () => {
    const newer = { name: 'a', colour: 'red', parts: [{ id: 1, size: 2 }, { id: 2 }] };
    expect(readShape(shape, newer)).toEqual({ name: 'a', parts: [{ id: 1 }, { id: 2 }] });
    expect(newer.colour).toBe('red');
  });

  it('is refused, with the place, when something is missing or of another kind', () => {
    expect(() => readShape(shape, { name: 'a', parts: [{ id: '1', size: 2 }] })).toThrow(
      /\(parts\.0\.id: .*versions\?/,
    );
    expect(() => readShape(shape, null)).toThrow('not what this juhub expects');
  });
});
