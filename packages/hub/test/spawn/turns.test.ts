import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Turn, type TurnLimits, Turns } from '../../src/spawn/turns.js';

/** A line whose starts write down whose turn comes. */
function makeLine(limits: Partial<Omit<TurnLimits, 'sites'>> & { sites?: Record<string, number> } = {}) {
  const { sites = { cluster: 100 }, ...others } = limits;
  const turns = new Turns({
    startsAtOnce: 1,
    startsAtOnceForUser: 1,
    ...others,
    sites: new Map(Object.entries(sites)),
  });
  const order: string[] = [];
  const moved: string[] = [];
  const underWay: Turn[] = [];
  const enter = (name: string, site = 'cluster') => {
    const [user = ''] = name.split(' ');
    const start = () => {
      order.push(name);
      underWay.push(turn);
    };
    const turn = turns.enter({ user, site }, { onTurn: start, onPlace: () => moved.push(name) });
    if (turn.hasCome) {
      start();
    }
    return turn;
  };
  /** The start that is under way for longest is over; as often as there is one. */
  const finish = (times = 1) => {
    for (let left = times; left > 0; left -= 1) {
      underWay.shift()?.leave();
    }
  };
  return { turns, order, moved, underWay, enter, finish };
}

const numbered = (user: string, count: number) => Array.from({ length: count }, (_, index) => `${user} ${index + 1}`);

describe('The line of starts', () => {
  it('lets no more than the limit be under way, and the next one when one is over', () => {
    const { order, underWay, enter, finish, turns } = makeLine({ startsAtOnce: 3 });
    for (const user of ['alice', 'bob', 'carol', 'dave', 'erin']) enter(user);
    expect(order).toEqual(['alice', 'bob', 'carol']);
    expect(turns.count()).toEqual([{ site: 'cluster', waiting: 2, inUse: 3 }]);
    finish();
    expect([order.at(-1), underWay.length]).toEqual(['dave', 3]);
  });

  it('has users take turns: a hundred starts of one delay the single one of another by one turn', () => {
    const { order, enter, finish } = makeLine();
    for (const name of numbered('alice', 100)) enter(name);
    enter('bob 1');
    finish(2);
    expect(order).toEqual(['alice 1', 'alice 2', 'bob 1']);
    finish(100);
    expect(order).toHaveLength(101);
  });

  it('lets the user go first who had a turn longest ago, and of one user the start that came first', () => {
    const { order, enter, finish } = makeLine();
    for (const name of [...numbered('alice', 3), ...numbered('bob', 3), ...numbered('carol', 2)]) enter(name);
    finish(8);
    const first = ['alice 1', 'alice 2', 'bob 1', 'carol 1', 'alice 3', 'bob 2', 'carol 2', 'bob 3'];
    // Alice was alone when she came, so her first turn is from before the others were there.
    expect(order).toEqual(first);
  });

  it('cannot be jumped by somebody who comes anew whenever he is done', () => {
    const { order, enter, finish } = makeLine();
    enter('alice 1');
    for (const name of [...numbered('bob', 3), ...numbered('carol', 3)]) enter(name);
    for (const again of [2, 3, 4]) {
      finish();
      enter(`alice ${again}`);
      finish(2);
    }
    const bobs = order.flatMap((name, at) => (name.startsWith('bob') ? [at] : []));
    // Three users: every third turn at the latest, however often alice comes.
    expect(bobs).toEqual([1, 3, 6]);
  });

  it('lets a user have no more starts under way than his own limit, though there is room', () => {
    const { order, enter, finish } = makeLine({ startsAtOnce: 10, startsAtOnceForUser: 2 });
    for (const name of numbered('alice', 4)) enter(name);
    enter('bob 1');
    expect(order).toEqual(['alice 1', 'alice 2', 'bob 1']);
    finish();
    expect(order.at(-1)).toBe('alice 3');
  });

  it('lets a site have no more than its own limit; a start to another one passes', () => {
    const { order, enter } = makeLine({ startsAtOnce: 10, startsAtOnceForUser: 10, sites: { one: 1, two: 2 } });
    enter('alice 1', 'one');
    enter('alice 2', 'one');
    enter('alice 3', 'two');
    enter('bob 1', 'one');
    enter('bob 2', 'two');
    enter('bob 3', 'two');
    expect(order).toEqual(['alice 1', 'alice 3', 'bob 2']);
  });

  it('keeps a turn for every other site: sites that hang cannot take them all', () => {
    const limits = { startsAtOnce: 6, startsAtOnceForUser: 10, sites: { hangs: 5, 'hangs-too': 5, well: 5 } };
    const { order, enter, turns } = makeLine(limits);
    for (const name of numbered('alice', 20)) enter(name, 'hangs');
    for (const name of numbered('bob', 20)) enter(name, 'hangs-too');
    enter('carol 1', 'well');
    expect(order.at(-1)).toBe('carol 1');
    expect(turns.count()).toEqual([
      { site: 'hangs', waiting: 16, inUse: 4 },
      { site: 'hangs-too', waiting: 19, inUse: 1 },
      { site: 'well', waiting: 0, inUse: 1 },
    ]);
  });

  it('serves every site even where there are more sites than turns', () => {
    const sites = { one: 1, two: 1, three: 1 };
    const { order, enter, finish } = makeLine({ startsAtOnce: 1, sites });
    for (const site of Object.keys(sites)) enter(`alice ${site}`, site);
    finish(3);
    expect(order).toEqual(['alice one', 'alice two', 'alice three']);
  });
});

describe('Leaving', () => {
  it('takes a start that waits out of the line, wherever it stands', () => {
    const { order, enter, finish } = makeLine();
    const [, second, third] = numbered('alice', 4).map((name) => enter(name));
    const bob = enter('bob 1');
    third?.leave();
    second?.leave();
    bob.leave();
    finish(5);
    expect(order).toEqual(['alice 1', 'alice 4']);
  });

  it('gives a turn back once, however often it is said', () => {
    const { order, enter } = makeLine();
    const first = enter('alice 1');
    for (const user of ['bob', 'carol', 'dave']) enter(user);
    first.leave();
    first.leave();
    first.leave();
    expect(order).toEqual(['alice 1', 'bob']);
    expect([first.hasCome, first.place]).toEqual([false, undefined]);
  });

  it('leaves nothing behind of a user of whom nothing waits or is under way', () => {
    const { turns, enter, finish } = makeLine({ startsAtOnce: 5 });
    const users = Array.from({ length: 300 }, (_, index) => `user${index}`);
    for (const user of users) enter(`${user} 1`);
    const gone = users.map((user) => enter(`${user} 2`));
    expect(turns.users).toBe(300);
    for (const turn of gone) turn.leave();
    finish(300);
    expect(turns.users).toBe(0);
    expect(turns.count()).toEqual([{ site: 'cluster', waiting: 0, inUse: 0 }]);
  });
});

describe('The place in the line', () => {
  it('is how many turns it takes, as they come', () => {
    const { enter, finish, order } = makeLine();
    enter('zoe 1');
    const waiting = [...numbered('alice', 5), ...numbered('bob', 2), ...numbered('carol', 3)].map((name) => ({
      name,
      turn: enter(name),
    }));
    const places = new Map(waiting.map(({ name, turn }) => [name, turn.place]));
    finish(10);
    expect(order.slice(1).map((name) => places.get(name))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('moves up with every turn of those before, counts those of the same site alone, and ends with the turn', () => {
    const { enter, finish } = makeLine({ sites: { cluster: 9, other: 9 } });
    enter('zoe 1');
    enter('zoe 2', 'other');
    for (const user of ['alice', 'bob']) enter(`${user} 1`);
    const carol = enter('carol 1');
    const places = [carol.place];
    for (let left = 4; left > 0; left -= 1) {
      finish();
      places.push(carol.place);
    }
    expect(places).toEqual([3, 3, 2, 1, undefined]);
    expect(carol.hasCome).toBe(true);
  });
});

describe('Whoever stands in line', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('hears once that places have moved, however often the line moved; nobody hears anything while it stands still', () => {
    const { moved, enter, finish } = makeLine();
    for (const user of ['alice', 'bob', 'carol', 'dave', 'erin']) enter(user);
    vi.runAllTimers();
    expect(moved.splice(0)).toEqual(['bob', 'carol', 'dave', 'erin']);
    finish(2);
    vi.runAllTimers();
    expect(moved.splice(0)).toEqual(['dave', 'erin']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
