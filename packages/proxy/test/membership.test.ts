import { expect, test } from 'vitest';
import { type Member, Membership } from '../src/membership.js';
import { createRandom } from './support/random.js';

test('After any sequence of joining and leaving, twice over too, a membership holds what a set would hold.', () => {
  const random = createRandom(11);
  const all: Member[] = Array.from({ length: 40 }, () => ({ place: -1 }));
  const membership = new Membership<Member>();
  const set = new Set<Member>();
  for (let step = 0; step < 5000; step += 1) {
    const member = all[random(all.length)];
    if (member === undefined) continue;
    if (random(2) === 0) {
      membership.join(member);
      set.add(member);
    } else {
      membership.leave(member);
      set.delete(member);
    }
    expect(membership.size).toBe(set.size);
    expect(new Set(membership.list())).toEqual(set);
  }
});

test('One that leaves another membership than its own changes neither.', () => {
  const [one, other] = [new Membership<Member>(), new Membership<Member>()];
  const [mine, stranger] = [{ place: -1 }, { place: -1 }];
  one.join(mine);
  other.join(stranger);
  one.leave(stranger);
  expect([one.list(), other.list()]).toEqual([[mine], [stranger]]);
  expect(stranger.place).toBe(0);
});

test('All may leave while the list of them is gone through.', () => {
  const membership = new Membership<Member>();
  for (let count = 0; count < 10; count += 1) membership.join({ place: -1 });
  for (const member of membership.list()) membership.leave(member);
  expect(membership.size).toBe(0);
});
