import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSmoke, type SmokeOptions } from '../../src/smoke/run-smoke.js';
import { SmokeInterrupted, SmokeUsage } from '../../src/smoke/smoke-error.js';
import type { SmokeReport } from '../../src/smoke/smoke-report.js';
import { DEFAULT_LIMITS } from '../../src/smoke/step-names.js';
import { nodeType } from './examples.js';
import { FAKE_TOKEN, FakeHub, refuse, reply } from './fake-hub.js';

let fake: FakeHub;
let hub: URL;
let interruption: AbortController;

beforeEach(async () => {
  fake = new FakeHub();
  hub = await fake.start();
  interruption = new AbortController();
});

afterEach(() => fake.stop());

function smoke(options: Partial<SmokeOptions> = {}): Promise<SmokeReport> {
  return runSmoke({
    hub,
    token: FAKE_TOKEN,
    isMatrix: false,
    set: {},
    limits: DEFAULT_LIMITS,
    parallel: 4,
    interrupted: interruption.signal,
    living: new Set(),
    onTitles: () => {},
    onStep: () => {},
    ...options,
  });
}

const limits = (given: Partial<SmokeOptions['limits']>) => ({ limits: { ...DEFAULT_LIMITS, ...given } });
const outcomes = (report: SmokeReport) =>
  Object.fromEntries(report.cases[0]?.steps.map(({ step, outcome }) => [step, outcome]) ?? []);

/** Aborts as soon as the fake hub is asked for such a thing. */
function interruptAt(line: RegExp): void {
  fake.instead = ({ method, url }) => {
    if (line.test(`${method} ${url}`)) {
      interruption.abort(new SmokeInterrupted());
    }
    return false;
  };
}

describe('a smoke test against a fake hub', () => {
  it('passes when all goes well, and leaves nothing', async () => {
    const report = await smoke();
    expect(report).toMatchObject({ outcome: 'passed', version: '0.0.0-fake', user: 'alice', site: 'jureca' });
    expect(new Set(Object.values(outcomes(report)))).toEqual(new Set(['passed']));
    expect(fake.living).toEqual([]);
  });

  it('starts every node type under a name of its own, and no more at once than it may', async () => {
    fake.nodeTypes = ['a', 'b', 'c', 'd', 'e'].map((name) => nodeType(name));
    const report = await smoke({ isMatrix: true, parallel: 2 });
    expect(report.cases.map(({ nodeType: name, outcome }) => `${name} ${outcome}`)).toEqual([
      'a passed',
      'b passed',
      'c passed',
      'd passed',
      'e passed',
    ]);
    expect(fake.servers.size).toBe(5);
    expect([...fake.servers.keys()].every((name) => /^smoke-[0-9a-f]{8}$/.test(name))).toBe(true);
    expect(fake.mostAtOnce).toBe(2);
  });

  it('fails when there is nothing at all that it could start', async () => {
    fake.nodeTypes = [nodeType('batch', { isUp: false })];
    const report = await smoke({ isMatrix: true });
    expect(report.outcome).toBe('failed');
    expect(report.before.failure?.reason).toContain('There is nothing to test on jureca. batch is not up.');
  });

  it('says of a token what it lacks before anything is started', async () => {
    fake.scopes = ['read:sites'];
    const { before } = await smoke();
    expect(before.failure).toMatchObject({ step: 'sign-in', reason: expect.stringContaining('lacks servers') });
    expect(fake.servers.size).toBe(0);
  });

  it.each([
    ['reach-site', 'site', 'The hub cannot reach jureca. no route to host'],
    ['ask-scheduler', 'scheduler', 'The hub reaches jureca, and its scheduler gives no answer. no route to host'],
  ] as const)('fails in %s when the hub says so', async (step, problemHop, reason) => {
    fake.site = { problem: 'no route to host', problemHop };
    expect((await smoke()).before.failure).toEqual({ step, reason });
  });

  it('takes nothing for a hub that is none, and does not take the token elsewhere', async () => {
    fake.instead = (_request, response) => {
      response.writeHead(302, { location: 'https://login.example.org/' }).end();
      return true;
    };
    const elsewhere = await smoke();
    expect(elsewhere.before.failure).toMatchObject({
      step: 'reach-hub',
      reason: expect.stringContaining('302 to https://login.example.org/'),
    });
    fake.instead = (_request, response) => {
      response.end('<h1>Welcome to nginx</h1>');
      return true;
    };
    expect((await smoke()).before.failure?.reason).toContain('no juhub');
    const ended = new FakeHub();
    const nobody = await ended.start();
    await ended.stop();
    expect((await smoke({ hub: nobody })).before.failure?.reason).toMatch(/does not answer: .*ECONNREFUSED/);
  });

  it('refuses what the site does not offer as wrong usage, without starting anything', async () => {
    await expect(smoke({ site: 'juwels' })).rejects.toThrow(
      new SmokeUsage('There is no site called juwels. There is: jureca.'),
    );
    await expect(smoke({ template: 'vscode' })).rejects.toBeInstanceOf(SmokeUsage);
    expect(fake.servers.size).toBe(0);
  });
});

describe('a step that takes too long', () => {
  it.each([
    ['submit', 'requested', 'not submitted yet'],
    ['queue', 'queued', 'in the queue'],
    ['boot', 'starting', 'has not announced itself. Its node is cn1'],
  ] as const)('fails as %s, with how it stood; the server is stopped and its log shown', async (step, state, words) => {
    fake.stuckIn = state;
    const report = await smoke(limits({ [step]: 0.2 }));
    expect(report.cases[0]?.failure).toEqual({
      step,
      reason: expect.stringMatching(new RegExp(`^It took longer than 0.2 s\\. .*${words}`)),
      logTail: 'the last line',
    });
    expect(outcomes(report)).toMatchObject({ start: 'passed', [step]: 'failed', kernel: 'skipped', clean: 'passed' });
    expect(fake.living).toEqual([]);
  });

  it('fails as open when the program has announced itself and the hub cannot reach it', async () => {
    fake.stuckIn = 'starting';
    fake.unreachable = { since: '2026-01-01T00:00:00.000Z', why: 'timed out', hop: 'server' };
    const report = await smoke(limits({ open: 0.2 }));
    expect(report.cases[0]?.failure).toMatchObject({
      step: 'open',
      reason: expect.stringMatching(/cannot reach it: timed out Can the login node reach the ports/),
    });
    expect(outcomes(report)).toMatchObject({ boot: 'passed', open: 'failed' });
  });

  it('fails as run-code when the kernel says nothing', async () => {
    const report = await smoke({ ...limits({ 'run-code': 0.2 }), check: { code: 'stay silent', expect: 'x' } });
    expect(report.cases[0]?.failure?.step).toBe('run-code');
    expect(fake.living).toEqual([]);
  });

  it('is told as left behind when it is the stop, and is not tried for ever', async () => {
    fake.instead = ({ method }) => method === 'DELETE';
    const report = await smoke(limits({ stop: 0.2 }));
    expect(report.cases[0]?.failure?.step).toBe('stop');
    expect(report.cases[0]?.left).toContain('It took longer than 0.2 s');
  });
});

describe('what goes wrong on the way', () => {
  it.each([
    ['die', 'The kernel died.'],
    ['leave', 'The kernel’s WebSocket was closed (code 4000) before it answered.'],
    ['raise', 'The code failed in the kernel: NameError: no name'],
    ['6 * 8', 'The kernel was to say "42", and said 48.'],
  ])('in a kernel that is asked to %s is told in words', async (code, reason) => {
    const { cases } = await smoke({ check: { code, expect: '42' } });
    expect(cases[0]?.failure).toMatchObject({ step: 'run-code', reason });
    expect(fake.living).toEqual([]);
  });

  it('may be over soon: a hub that is restarted meanwhile is asked again', async () => {
    let left = 2;
    fake.instead = ({ url = '' }, response) => {
      if (url.endsWith('/progress') && left > 0) {
        left -= 1;
        response.writeHead(200).write('data: {"progr');
        setTimeout(() => response.destroy(), 20);
        return true;
      }
      return false;
    };
    expect((await smoke()).outcome).toBe('passed');
    expect(left).toBe(0);
  });

  it('is what the hub says when it refuses', async () => {
    fake.instead = ({ method, url = '' }, response) => {
      const isStart = method === 'POST' && /servers\/[^/]+$/.test(url);
      if (isStart) {
        reply(response, 409, refuse('too-many', 'There are servers enough.'));
      }
      return isStart;
    };
    const report = await smoke();
    expect(report.cases[0]?.failure).toEqual({ step: 'start', reason: 'There are servers enough.' });
    expect(report.cases[0]?.left).toBeUndefined();
  });

  it('is a server that the hub took though its answer was lost: it is stopped', async () => {
    fake.instead = ({ method, url = '' }, response) => {
      const name = method === 'POST' ? /servers\/([^/]+)$/.exec(url)?.[1] : undefined;
      if (name !== undefined) {
        fake.servers.set(name, { state: 'queued' });
        response.destroy();
      }
      return name !== undefined;
    };
    const report = await smoke();
    expect(report.cases[0]?.failure).toMatchObject({
      step: 'start',
      reason: expect.stringContaining('does not answer'),
    });
    expect(fake.servers.size).toBe(1);
    expect(fake.living).toEqual([]);
  });

  it('fails as clean when something is left, and says what', async () => {
    fake.logProblem = 'The login node is away.';
    const folder = await smoke();
    expect(folder.cases[0]?.failure).toMatchObject({
      step: 'clean',
      reason: 'Its folder is left on the site: The login node is away.',
    });
    expect(folder.cases[0]?.left).toContain('Its folder is left');
    fake.logProblem = null;
    fake.instead = ({ url = '' }, response) => {
      const isAfter = url.endsWith('/api/status') && fake.living.length === 0;
      if (isAfter) {
        reply(response, 200, { started: '', kernels: 0 });
      }
      return isAfter;
    };
    expect((await smoke()).cases[0]?.failure).toMatchObject({
      step: 'clean',
      reason: expect.stringMatching(/^The proxy still has the way to smoke-\w+; it answered 200\.$/),
    });
  });
});

describe('an interruption', () => {
  it.each([
    ['while it is being started', /^POST .*servers\/[^/]+$/],
    ['while it is followed', /progress$/],
    ['while it is opened', /pass$/],
    ['while its kernel starts', /kernels$/],
    ['while it is being stopped', /^DELETE/],
  ])('stops what was started: %s', async (_when, line) => {
    interruptAt(line);
    const report = await smoke();
    expect(report).toMatchObject({ outcome: 'failed', isInterrupted: true });
    expect(report.cases[0]?.failure?.reason).toBe('The test was interrupted.');
    expect(report.cases[0]?.left).toBeUndefined();
    expect(fake.living).toEqual([]);
  });

  it('starts none of those that are still to come', async () => {
    fake.nodeTypes = ['a', 'b', 'c'].map((name) => nodeType(name));
    interruptAt(/progress$/);
    const report = await smoke({ isMatrix: true, parallel: 1 });
    expect(report.cases.map(({ outcome }) => outcome)).toEqual(['failed', 'skipped', 'skipped']);
    expect(fake.servers.size).toBe(1);
  });
});
