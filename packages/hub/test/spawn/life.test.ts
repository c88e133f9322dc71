import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServerState } from '../../src/db/server-row.js';
import { ForbiddenMove, MOVES, statesBefore } from '../../src/spawn/life.js';

const ORDER: readonly ServerState[] = ['requested', 'submitted', 'queued', 'starting', 'ready', 'stopping', 'ended'];

test('Every life, however it goes, moves forward but for a restart of its job, and can always come to its end', () => {
  const step = fc.nat();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let state: ServerState = 'requested';
      for (const number of steps) {
        const open = MOVES.filter((move) => move.from.includes(state));
        const move = open[number % Math.max(1, open.length)];
        if (state === 'ended') {
          expect(move).toBeUndefined();
          return;
        }
        if (move === undefined) {
          throw new Error(`nothing leads on from ${state}`);
        }
        expect(ORDER.indexOf(move.to) > ORDER.indexOf(state) || move.cause === 'job-restarted').toBe(true);
        state = move.to;
        expect(canEnd(state)).toBe(true);
      }
    }),
  );
});

function canEnd(state: ServerState): boolean {
  return (
    state === 'ended' || MOVES.some((move) => move.from.includes(state) && ['stopping', 'ended'].includes(move.to))
  );
}

test('Only a job that is over, was refused or never was ends a server', () => {
  const ends = MOVES.filter(({ to }) => to === 'ended').map(({ cause }) => cause);
  expect(ends).toEqual(['refused', 'never-submitted', 'job-over']);
});

test('No two moves have the same cause and the same end', () => {
  const names = MOVES.map(({ to, cause }) => `${cause} ${to}`);
  expect(new Set(names).size).toBe(names.length);
});

test('A move that the table does not have is refused as a mistake of the program', () => {
  expect(() => statesBefore('ready', 'job-over')).toThrow(ForbiddenMove);
  expect(() => statesBefore('ready', 'answered', 'ended')).toThrow('from ended to ready because of “answered”');
  expect(statesBefore('ready', 'answered', 'starting')).toEqual(['starting']);
  expect(statesBefore('requested', 'asked')).toEqual([]);
});
