import type { JobUsage } from '@juhub/slurm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sayIn } from '../../src/messages/say.js';
import { describeUsage } from '../../src/pages/server/describe-usage.js';
import type { TestBrowser } from '../web/start-test-hub.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

const MEBIBYTE = 1024 ** 2;
const USAGE: JobUsage = {
  elapsedSeconds: 100,
  cpus: 8,
  allocatedMemoryBytes: 4096 * MEBIBYTE,
  gpus: 2,
  cpuSeconds: 150,
  memoryBytes: 300 * MEBIBYTE,
  peakMemoryBytes: 1024 * MEBIBYTE,
  gpuPercent: undefined,
  gpuMemoryBytes: undefined,
};

describe('What a job uses', () => {
  const say = (different: Partial<JobUsage> = {}, isOver = false, language: 'en' | 'de' = 'en') =>
    describeUsage({ value: { ...USAGE, ...different } }, isOver, sayIn[language]).facts.map(({ value }) => value);

  it('is said beside what it has', () => {
    expect(say()).toEqual([
      '1 min 40 s',
      '1.5 of 8 cores busy on average',
      '300 MiB now, 1 GiB at most, of 4 GiB',
      '2 GPUs; how busy is not measured there',
    ]);
    expect(say({}, false, 'de')[1]).toBe('1,5 von 8 Kernen im Mittel beschäftigt');
  });

  it('is said of GPUs where they are measured, and not at all where there are none', () => {
    expect(say({ gpuPercent: 87 }).at(-1)).toBe('2 GPUs, 87 % busy');
    expect(say({ gpuPercent: 87, gpuMemoryBytes: 2048 * MEBIBYTE }).at(-1)).toBe(
      '2 GPUs, 87 % busy, 2 GiB of its memory',
    );
    expect(say({ gpus: 0 })).toHaveLength(3);
  });

  it('is said not to be measured where it is not', () => {
    const unmeasured = { cpuSeconds: undefined, memoryBytes: undefined, peakMemoryBytes: undefined };
    expect(say(unmeasured).slice(1, 3)).toEqual([
      '8 cores; how busy is not measured there',
      '4 GiB; how much of it is used is not measured there',
    ]);
  });

  it('is said why there is nothing', () => {
    expect(describeUsage({ none: 'process' }, false, sayIn.en).note).toBe(
      'A process on the login node is not measured.',
    );
    expect(describeUsage({ value: undefined }, true, sayIn.de).note).toBe(
      'Der Rechner sagt nicht, was der Job verbraucht.',
    );
  });
});

describe('The page of the log', () => {
  let room: PageHub;
  let alice: TestBrowser;
  const path = '/hub/servers/default/log';

  beforeEach(async () => {
    room = await startPageHub();
    room.cluster.log = 'Hello <b>\nbeefbeef\u001b[1m\n';
    room.cluster.usage = USAGE;
    alice = await room.enter();
  });

  afterEach(() => room.close());

  it('shows the last lines of a running server, escaped and without its secret, and what its job uses', async () => {
    await room.putServer({ secret: 'beefbeef', jobStartedAt: new Date() });
    const { status, text } = await alice.get(path);
    expect(status).toBe(200);
    expect(text).toContain('Hello &lt;b&gt;\n…\n</pre>');
    expect(text).toContain('1.5 of 8 cores busy on average');
    expect(text).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>');
    expect(text).not.toMatch(/beefbeef|\u001b/);
    expect((await alice.get('/hub/home')).text).toContain(`href="${path}"`);
  });

  it('says the same to its own code', async () => {
    await room.putServer({ jobStartedAt: new Date() });
    expect(JSON.parse((await alice.get(`${path}.json`)).text)).toMatchObject({
      text: 'Hello <b>\nbeefbeef\n',
      isLive: true,
      usage: { facts: [{}, { value: '1.5 of 8 cores busy on average' }, {}, {}] },
    });
  });

  it('asks the site once, however many look at the same time', async () => {
    await room.putServer({ jobStartedAt: new Date() });
    await Promise.all(Array.from({ length: 50 }, () => alice.get(`${path}.json`)));
    expect([room.cluster.asked.get('log'), room.cluster.asked.get('usage')]).toEqual([1, 1]);
  });

  it('says why it cannot tell when the site is away', async () => {
    room.cluster.goAway();
    await room.putServer({ jobStartedAt: new Date() });
    const { status, text } = await alice.get(path);
    expect(status).toBe(200);
    expect(text).toContain('The log cannot be read now: <samp class="own-words" data-bind="problem">');
    expect(text).toContain('What the job uses cannot be asked now:');
  });

  it('shows of a server that has ended what was kept, and asks nothing for it', async () => {
    await room.putServer({ state: 'ended', endedAt: new Date(), logTail: 'last words' });
    const { text } = await alice.get(path);
    expect(text).toContain('last words</pre>');
    expect(text).toContain('as they were at the end');
    expect(text).not.toContain('http-equiv="refresh"');
    expect(room.cluster.asked.get('log')).toBeUndefined();
  });

  it('is not there for others', async () => {
    await room.putServer({ jobStartedAt: new Date() });
    const bob = await room.enter('bob');
    expect([(await bob.get(path)).status, (await bob.get(`${path}.json`)).status]).toEqual([404, 404]);
    expect((await room.hub.ask(`${path}.json`)).status).toBe(302);
    expect([room.cluster.asked.has('log'), room.cluster.asked.has('usage')]).toEqual([false, false]);
  });
});
