import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RouteTable } from '../src/routes/route-table.js';

/** What the table must agree with: a list, searched from end to end. */
class NaiveTable {
  readonly #entries = new Map<string, { segments: string[]; value: object }>();

  set(segments: string[], value: object): void {
    this.#entries.set(JSON.stringify(segments), { segments, value });
  }

  get(segments: string[]): object | undefined {
    return this.#entries.get(JSON.stringify(segments))?.value;
  }

  delete(segments: string[]): object | undefined {
    const value = this.get(segments);
    this.#entries.delete(JSON.stringify(segments));
    return value;
  }

  match(path: string[]): object | undefined {
    const fitting = [...this.#entries.values()].filter(({ segments }) =>
      segments.every((segment, index) => path[index] === segment),
    );
    return fitting.sort((one, other) => other.segments.length - one.segments.length)[0]?.value;
  }

  values(): object[] {
    return [...this.#entries.values()].map(({ value }) => value);
  }
}

const segment = fc.constantFrom(
  'user',
  'al',
  'alice',
  'a',
  '',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
);
const path = fc.array(segment, { maxLength: 5 });
const step = fc.record({ act: fc.constantFrom('set', 'set', 'delete', 'match', 'get'), path });

test('The route table answers every sequence of changes and lookups as a search through a list does.', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new RouteTable<object>();
      const naive = new NaiveTable();
      for (const { act, path } of steps) {
        if (act === 'set') {
          const value = { path };
          table.set(path, value);
          naive.set(path, value);
        } else if (act === 'delete') expect(table.delete(path)).toBe(naive.delete(path));
        else if (act === 'match') expect(table.match(path)).toBe(naive.match(path));
        else expect(table.get(path)).toBe(naive.get(path));
      }
      expect(new Set(table.values())).toEqual(new Set(naive.values()));
      expect(table.size).toBe(naive.values().length);
    }),
    { seed: 20, numRuns: 2000 },
  );
});

test('A route for /user/al does not match /user/alice.', () => {
  const table = new RouteTable<object>();
  table.set(['user', 'al'], {});
  expect(table.match(['user', 'alice'])).toBeUndefined();
});

test('Branches that deleted routes leave behind are pruned.', () => {
  const table = new RouteTable<object>();
  const kept = {};
  table.set(['a'], kept);
  table.set(['a', 'b', 'c'], {});
  table.delete(['a', 'b', 'c']);
  expect([...table.values()]).toEqual([kept]);
  expect(table.get(['a', 'b'])).toBeUndefined();
  expect(table.match(['a', 'b', 'c'])).toBe(kept);
});
