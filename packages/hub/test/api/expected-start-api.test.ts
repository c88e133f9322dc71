import { SlurmError } from '@juhub/slurm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';
import { type AskApi, createAskApi, issueToken } from './api-client.js';

let room: PageHub;
let ask: AskApi;
let token: string;

const PATH = '/users/alice/expected-start';
const GOOD = { site: 'cluster', template: 'jupyterlab', choices: { partition: 'gpus', account: 'zam', gpus: 2 } };

beforeEach(async () => {
  room = await startPageHub();
  ask = createAskApi(room);
  ({ token } = await issueToken(room));
});

afterEach(() => room.close());

describe('The expected start, asked with a token', () => {
  it('is what the scheduler guesses, and nothing is started', async () => {
    const { status, body } = await ask('POST', PATH, { token, json: GOOD });
    expect([status, body.outcome, body.refusal]).toEqual([200, 'starts', null]);
    expect(Math.abs(Date.parse(body.at) - Date.now())).toBeLessThan(60_000);
    expect(room.cluster.tried[0]).toContain("echo 'gpus' 1 2");
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('is a refusal with its reason where the scheduler says no', async () => {
    const stderr = 'allocation failure: Invalid qos specification\n';
    room.cluster.refusal = new SlurmError('refused', 'Slurm refused.', { stderr });
    const { status, body } = await ask('POST', PATH, { token, json: GOOD });
    expect([status, body.outcome, body.at]).toEqual([200, 'refused', null]);
    expect(body.refusal).toEqual({
      code: 'qos',
      mayPass: false,
      text: 'This quality of service may not be used here. Choose another one.',
      words: 'Invalid qos specification',
    });
  });

  it('is refused for choices that are not allowed, for somebody else, and while the site is away', async () => {
    const wrong = { ...GOOD, choices: { ...GOOD.choices, gpus: 9 } };
    expect((await ask('POST', PATH, { token, json: wrong })).body.error.problems).toMatchObject([
      { code: 'gpus-per-node' },
    ]);
    expect((await ask('POST', '/users/bob/expected-start', { token, json: GOOD })).status).toBe(404);
    expect((await ask('POST', PATH, { json: GOOD })).status).toBe(401);
    room.cluster.refusal = new SlurmError('unreachable', 'Slurm does not answer at the moment.');
    expect((await ask('POST', PATH, { token, json: GOOD })).status).toBe(503);
  });

  it('has to wait while another question of the person is open', async () => {
    const release = room.cluster.holdTrials();
    const first = ask('POST', PATH, { token, json: GOOD });
    await vi.waitFor(() => expect(room.cluster.tried).toHaveLength(1));
    const { status, body } = await ask('POST', PATH, {
      token,
      json: { ...GOOD, choices: { ...GOOD.choices, gpus: 1 } },
    });
    expect([status, body.error.code]).toEqual([429, 'too-many-checks']);
    release();
    expect((await first).status).toBe(200);
  });
});
