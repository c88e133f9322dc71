import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sayIn } from '../../src/messages/say.js';
import { describeRunOut } from '../../src/pages/words/describe-run-out.js';
import { ahead, makeServerRow, NOW } from './examples.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

describe('A warning of the end of the run time', () => {
  it.each([
    [15 * 60 + 1, undefined],
    [15 * 60, 15],
    [5 * 60 + 1, 15],
    [5 * 60, 5],
    [-30, 5],
  ])('with %i seconds left warns of %s minutes', (left, minutes) => {
    const row = makeServerRow({ endsAt: ahead(left) });
    expect(describeRunOut(row, NOW, sayIn.en)?.minutes).toBe(minutes);
  });

  it.each(['starting', 'stopping', 'ended'] as const)('is not given of a server that is %s', (state) => {
    expect(describeRunOut(makeServerRow({ state, endsAt: ahead(60) }), NOW, sayIn.en)).toBeUndefined();
  });

  it('is not given where nothing is known to end', () => {
    expect(describeRunOut(makeServerRow({ endsAt: null }), NOW, sayIn.en)).toBeUndefined();
  });
});

describe('The pages as they are loaded', () => {
  let room: PageHub;

  beforeEach(async () => {
    room = await startPageHub();
  });

  afterEach(() => room.close());

  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);

  it('warn in banner and title, of the server that ends first, without the help of the browser', async () => {
    await room.putServer({ name: 'later', endsAt: inSeconds(800) });
    await room.putServer({ name: 'soon', endsAt: inSeconds(200) });
    const alice = await room.enter();
    const home = (await alice.get('/hub/home')).text;
    expect(home).toContain('<title>Less than 5 min: soon · juhub</title>');
    expect(home).toContain('“soon” ends in less than 5 minutes. Save your work.');
    expect(home).toContain('“later” ends in less than 15 minutes. Save your work.');
    const own = (await alice.get('/hub/servers/later')).text;
    expect(own).toContain('<title>Less than 15 min: later · juhub</title>');
    expect(own).toContain('“later” ends in less than 15 minutes.');
  });

  it('say nothing of it while there is time', async () => {
    await room.putServer({ endsAt: inSeconds(3600) });
    const alice = await room.enter();
    const home = (await alice.get('/hub/home')).text;
    expect(home).toContain('<title>My servers · juhub</title>');
    expect(home).toMatch(/class="run-out"[^>]* hidden>/);
    expect((await alice.get('/hub/servers/default')).text).toMatch(/class="run-out"[^>]* hidden>/);
  });
});
