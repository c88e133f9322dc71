import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { verifyGateToken } from '@juhub/proxy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStateDir } from '../../src/config/state-paths.js';
import { JUPYTERLAB } from '../pages/examples.js';
import { FAKE_ENDS } from '../pages/fake-cluster.js';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';
import { type AskApi, createAskApi, issueToken } from './api-client.js';

let room: PageHub;
let ask: AskApi;
let id: string;
let token: string;

beforeEach(async () => {
  room = await startPageHub();
  ask = createAskApi(room);
  ({ id, token } = await issueToken(room));
});

afterEach(() => room.close());

const mine = '/users/alice/servers/mine';
const CHOICES = { partition: 'gpus', account: 'zam', nodes: 1, gpus: '2', minutes: 30, debug: false };
const GOOD = { site: 'cluster', template: 'jupyterlab', choices: CHOICES };

describe('Starting a server', () => {
  it('is accepted with numbers and texts alike, and says where the server is found', async () => {
    const answer = await ask('POST', mine, { token, json: GOOD });
    expect([answer.status, answer.headers.location]).toEqual([202, '/hub/api/users/alice/servers/mine']);
    expect(answer.body).toMatchObject({
      name: 'mine',
      state: 'requested',
      ready: false,
      pending: 'spawn',
      url: null,
      progress_url: '/hub/api/users/alice/servers/mine/progress',
      choices: { partition: 'gpus', account: 'zam', nodes: 1, gpus: 2, minutes: 30, debug: false },
    });
    expect(await room.records.find('alice', 'mine')).toMatchObject({ userName: 'alice', account: 'alice1' });
    const user = await ask('GET', '/user', { token });
    expect(Object.keys(user.body.servers)).toEqual(['mine']);
  });

  it.each([
    ['gpus', { choices: { ...CHOICES, gpus: 9 } }, /4 GPUs/],
    ['gpus', { choices: { ...CHOICES, gpus: '1; rm -rf /' } }, /whole number/],
    ['gpus', { choices: { ...CHOICES, gpus: 1.5 } }, /whole number/],
    ['gpus', { choices: { ...CHOICES, gpus: { a: 1 } } }, /./],
    ['account', { choices: { ...CHOICES, account: 'zam\n#SBATCH --nodelist=x' } }, /line break/],
    ['account', { choices: { ...CHOICES, account: 'theirs' } }, /zam, hai/],
    ['sudo', { choices: { ...CHOICES, sudo: true } }, /no field/],
    ['site', { site: 'moon' }, /no site called/],
    ['site', { site: 7 }, /./],
    ['template', { template: 'other' }, /no template called/],
    ['', { extra: 1 }, /extra/],
  ])('is refused with the field %j named, %j', async (field, wrong, words) => {
    const { status, body } = await ask('POST', mine, { token, json: { ...GOOD, ...wrong } });
    expect([status, body.error.code]).toEqual([422, 'request-refused']);
    expect(body.error.problems).toEqual([
      { field, code: expect.stringMatching(/^[a-z-]+$/), message: expect.stringMatching(words) },
    ]);
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('is refused for a name that no server can have', async () => {
    for (const name of ['Mine', 'a'.repeat(40), '-a', '%2e%2e', 'a%0ab', '%E2%80%AE']) {
      const { status, body } = await ask('POST', `/users/alice/servers/${name}`, { token, json: GOOD });
      expect([status, body.error.problems?.[0]?.field]).toEqual([422, 'server']);
    }
  });

  it('is refused while a server of the name has not ended', async () => {
    await room.putServer({ name: 'mine' });
    const { status, body } = await ask('POST', mine, { token, json: GOOD });
    expect([status, body.error.code]).toEqual([409, 'server-name-taken']);
  });

  it('is refused to somebody who has as many servers as he may, however many he asks for at the same moment', async () => {
    await room.close();
    room = await startPageHub({ limits: { serversPerUser: 3 } });
    ask = createAskApi(room);
    ({ token } = await issueToken(room));
    await room.putServer({ name: 'ready' });
    await room.putServer({ name: 'over', state: 'ended' });
    await room.putServer({ userName: 'bob' });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => ask('POST', `/users/alice/servers/s${index}`, { token, json: GOOD })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 422, 422, 422, 422]);
    expect(answers.find(({ status }) => status === 422)?.body.error.problems).toEqual([
      {
        field: 'name',
        code: 'too-many-servers',
        message: 'You have 3 servers, and nobody may have more at once. Stop one first.',
      },
    ]);
    expect(await room.records.countLiving('alice')).toBe(3);
  });

  it('is refused on a site that does not offer the template', async () => {
    const source = JUPYTERLAB.source.replace('fields:\n', 'sites: [elsewhere]\nfields:\n');
    await room.desk.putInUse({ name: 'jupyterlab', by: 'ada', seen: 1, note: '', source });
    const { status, body } = await ask('POST', mine, { token, json: GOOD });
    expect([status, body.error.problems]).toEqual([
      422,
      [{ field: 'template', code: 'template-not-here', message: 'Demo cluster does not offer JupyterLab.' }],
    ]);
  });

  it('is refused with what cannot stand in a job script, without the path of a file', async () => {
    const json = { ...GOOD, choices: { ...CHOICES, comment: 'a b; echo $(id)' } };
    const { status, body, text } = await ask('POST', mine, { token, json });
    expect([status, body.error.problems[0].field]).toEqual([422, 'template']);
    expect(text).not.toContain('.sbatch.hbs');
  });

  it('is ended when nobody uses it after the strictest of the times that template and user say, as they were then', async () => {
    const source = JUPYTERLAB.source.replace(
      'fields:\n',
      'idle: { minutes: 90, evenIfBusy: true }\nfields:\n  idle_minutes: { type: integer, label: Unused, required: false }\n',
    );
    await room.desk.putInUse({ name: 'jupyterlab', by: 'ada', seen: 1, note: '', source });
    const start = (name: string, choices: object) =>
      ask('POST', `/users/alice/servers/${name}`, { token, json: { ...GOOD, choices: { ...CHOICES, ...choices } } });
    const [plain, strict, lax] = [
      await start('plain', {}),
      await start('strict', { idle_minutes: 30 }),
      await start('lax', { idle_minutes: 600 }),
    ].map(({ body }) => body.idle);
    const unknown = { lastActivity: null, endsAt: null };
    expect(plain).toEqual({ minutes: 90, minutesIfBusy: 90, ...unknown });
    expect(strict).toEqual({ minutes: 30, minutesIfBusy: 90, ...unknown });
    expect(lax).toEqual({ minutes: 90, minutesIfBusy: 90, ...unknown });
    await room.desk.putInUse({ name: 'jupyterlab', by: 'ada', seen: 2, note: '', source: JUPYTERLAB.source });
    expect((await ask('GET', '/users/alice/servers/plain', { token })).body.idle).toEqual(plain);
  });

  it('says when the site cannot be asked', async () => {
    room.cluster.goAway();
    const { status, body } = await ask('POST', mine, { token, json: GOOD });
    expect([status, body.error.code]).toEqual([503, 'site-unreachable']);
    expect(body.error.message).toContain('login1 does not answer');
  });

  it('takes JSON alone, whole and of a sane size', async () => {
    const send = (body: string, type = 'application/json') =>
      room.hub.ask(`/hub/api${mine}`, {
        method: 'POST',
        headers: { authorization: `token ${token}`, 'content-type': type },
        body,
      });
    const form = await send('site=cluster', 'application/x-www-form-urlencoded');
    const plain = await send(JSON.stringify(GOOD), 'text/plain');
    const half = await send('{"site": ');
    const huge = await send(JSON.stringify({ ...GOOD, site: 'x'.repeat(70_000) }));
    const list = await send('[]');
    expect([form, plain, half, huge, list].map(({ status }) => status)).toEqual([415, 415, 400, 413, 422]);
    expect(await room.records.listByUser('alice')).toEqual([]);
  });
});

describe('A server', () => {
  it('is described with its history, and never with its secret', async () => {
    await room.putServer({ secret: 's3cr3t-of-the-server', name: 'mine' });
    const { status, body, text } = await ask('GET', mine, { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'ready', ready: true, url: '/user/alice/mine/', node: 'gpu1', logTail: null });
    expect(body.events.map(({ state }: { state: string }) => state)).toEqual(['requested', 'ready']);
    expect(text).not.toContain('s3cr3t');
  });

  it('says when it is ended because nobody uses it, and is kept by whoever still works with it', async () => {
    const [activeAt, idleEndsAt] = [new Date(Date.now() - 50 * 60_000), new Date(Date.now() + 10 * 60_000)];
    await room.putServer({ name: 'mine', idleSeconds: 3600, activeAt, idleEndsAt });
    const unused = { minutes: 60, minutesIfBusy: null };
    expect((await ask('GET', mine, { token })).body.idle).toEqual({
      ...unused,
      lastActivity: activeAt.toISOString(),
      endsAt: idleEndsAt.toISOString(),
    });
    expect((await ask('POST', `${mine}/keep`, { token })).status).toBe(204);
    const kept = (await ask('GET', mine, { token })).body.idle;
    expect(kept).toMatchObject({ ...unused, endsAt: null });
    expect(Date.parse(kept.lastActivity)).toBeGreaterThan(activeAt.getTime());
  });

  it('cannot be kept while it is not ready', async () => {
    await room.putServer({ name: 'mine', state: 'queued' });
    const { status, body } = await ask('POST', `${mine}/keep`, { token });
    expect([status, body.error.code]).toEqual([409, 'server-not-ready']);
  });

  it('says why it waits', async () => {
    await room.putServer({ name: 'mine', state: 'queued', pendingReason: 'Priority' });
    const { body } = await ask('GET', mine, { token });
    expect(body).toMatchObject({ pending: 'spawn', url: null, waits: { code: 'Priority', starts: 'by-itself' } });
  });

  it('says why it ended, with the last lines of its log', async () => {
    const end = { endReason: 'failed', endMessage: 'The job ended.', exitCode: '3:0', logTail: 'Traceback' };
    await room.putServer({ name: 'mine', state: 'ended', endedAt: new Date(), ...end });
    const { body } = await ask('GET', mine, { token });
    expect(body).toMatchObject({
      stopped: true,
      pending: null,
      reason: { code: 'failed', detail: null, values: {}, message: 'The job ended.' },
      exitCode: '3:0',
      logTail: 'Traceback',
    });
    expect((await ask('GET', '/user', { token })).body.servers).toEqual({});
  });

  it('of somebody else is answered like one that is not there', async () => {
    await room.putServer({ name: 'mine' });
    const bob = await issueToken(room, { userName: 'bob' });
    const paths = [mine, '/users/alice/servers/none', '/users/nobody/servers/none', '/users/bob/servers/none'];
    for (const [method, end] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/progress'],
      ['POST', '/pass'],
      ['GET', '/log'],
      ['GET', '/script'],
      ['GET', '/usage'],
      ['GET', '/place'],
    ] as const) {
      const answers = await Promise.all(paths.map((path) => ask(method, path + end, { token: bob.token })));
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    }
    expect((await ask('POST', mine, { token: bob.token, json: GOOD })).status).toBe(404);
    expect((await ask('GET', '/users/alice', { token: bob.token })).status).toBe(404);
    expect((await ask('GET', '/users/bob', { token: bob.token })).body).toMatchObject({ name: 'bob', servers: {} });
    expect((await room.records.find('alice', 'mine'))?.state).toBe('ready');
  });

  it('is stopped, once', async () => {
    await room.putServer({ name: 'mine' });
    const answer = await ask('DELETE', mine, { token });
    expect([answer.status, answer.text]).toEqual([202, '']);
    expect((await ask('GET', mine, { token })).body).toMatchObject({ state: 'stopping', pending: 'stop' });
    expect((await ask('DELETE', mine, { token })).status).toBe(202);
    await room.putServer({ name: 'other', state: 'ended' });
    expect((await ask('DELETE', '/users/alice/servers/other', { token })).status).toBe(204);
  });
});

describe('The job of a server', () => {
  it('is looked into: its log without the secret, its script, its usage, its place in the queue', async () => {
    room.cluster.log = 's3cr3t ready\n';
    room.cluster.positions.set('42', { partition: 'gpus', position: 3, of: 17 });
    await room.putServer({ name: 'mine', secret: 's3cr3t', state: 'queued', jobStartedAt: null });
    const look = async (what: string) => (await ask('GET', `${mine}/${what}`, { token })).body;
    expect(await look('log')).toMatchObject({ text: '… ready\n', isLive: true, problem: null });
    expect(await look('script')).toMatchObject({ template: 'jupyterlab', script: expect.stringMatching(/^#!/) });
    expect(await look('usage')).toMatchObject({ none: 'notStarted', cpus: null });
    expect(await look('place')).toMatchObject({ place: { partition: 'gpus', position: 3, of: 17 } });
  });

  it('says where on the way it could not be looked into', async () => {
    room.cluster.goAway();
    await room.putServer({ name: 'mine', jobStartedAt: new Date() });
    for (const what of ['log', 'usage']) {
      const { status, body } = await ask('GET', `${mine}/${what}`, { token });
      expect(status).toBe(200);
      expect(body).toMatchObject({ askedAt: null, problem: expect.any(String), problemHop: 'site' });
    }
  });
});

describe('The events of a server', () => {
  it('come at once and after each change, and end with the server', async () => {
    const { id: server } = await room.putServer({ name: 'mine', state: 'queued', readyAt: null });
    const outgoing = request({
      socketPath: room.hub.socketPath,
      path: `/hub/api${mine}/progress`,
      headers: { authorization: `Bearer ${token}` },
    }).end();
    const [response] = await once(outgoing, 'response');
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    let text = '';
    const moves = [
      { to: 'starting', cause: 'job-runs', message: 'Runs.' },
      { to: 'ready', cause: 'answered', message: 'Ready.', patch: { readyAt: new Date() } },
      { to: 'ended', cause: 'job-over', message: 'Over.', patch: { endReason: 'stopped', endMessage: 'Over.' } },
    ] as const;
    let moved = 0;
    for await (const chunk of response) {
      text += chunk;
      const next = moves[moved];
      if (next !== undefined && text.split('event: snapshot').length - 1 === moved + 1) {
        moved += 1;
        await room.records.move(server, next);
      }
    }
    const events = [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? ''));
    expect(events.map(({ progress, ready, failed }) => [progress, ready, failed])).toEqual([
      [40, false, false],
      [70, false, false],
      [100, true, false],
      [100, false, false],
    ]);
    expect(events.at(-1)).toMatchObject({ message: 'Over.', server: { reason: { code: 'stopped' } } });
  });
});

describe('The events of a server that was never ready', () => {
  it('say that it failed', async () => {
    await room.putServer({ name: 'mine', state: 'ended', readyAt: null, endReason: 'refused', endMessage: 'No.' });
    const { text } = await room.hub.ask(`/hub/api${mine}/progress`, { headers: { authorization: `token ${token}` } });
    expect(text).toContain('"ready":false,"failed":true,"isEnded":true');
  });
});

describe('A pass', () => {
  it('opens the gate to that server alone, for an hour, in the name of the token', async () => {
    const server = await room.putServer({ name: 'mine' });
    const { status, body } = await ask('POST', `${mine}/pass`, { token });
    expect(status).toBe(200);
    expect(body).toMatchObject({ cookieName: `juhub-gate-${server.id}`, url: '/user/alice/mine/' });
    const publicKey = readFileSync(makeStateDir(room.hub.services.config.stateDir).gatePublicKey, 'utf8');
    const reading = verifyGateToken(body.token, publicKey, Date.now() / 1000);
    expect(reading).toMatchObject({ payload: { user: 'alice', server: server.id, session: `api-token-${id}` } });
    expect(verifyGateToken(body.token, publicKey, Date.now() / 1000 + 3601)).toEqual({ fault: 'expired' });
    await room.hub.services.auth.apiTokens.revoke(id);
    expect(await room.hub.services.auth.apiTokens.listRevoked()).toEqual([
      { id: `api-token-${id}`, userName: 'alice' },
    ]);
  });

  it('does not outlive its token', async () => {
    await room.putServer({ name: 'mine' });
    const expiresAt = new Date(Date.now() + 60_000);
    const short = await issueToken(room, { expiresAt });
    expect((await ask('POST', `${mine}/pass`, { token: short.token })).body.expiresAt).toBe(expiresAt.toISOString());
  });

  it('is not given for a server that is not ready, or whose way is not open', async () => {
    await room.putServer({ name: 'mine', state: 'starting' });
    const early = await ask('POST', `${mine}/pass`, { token });
    expect([early.status, early.body.error.code]).toEqual([409, 'server-not-ready']);
    await room.putServer({ name: 'other' });
    const { proxy } = FAKE_ENDS;
    const known = proxy.getRoute;
    proxy.getRoute = async () => undefined;
    const shut = await ask('POST', '/users/alice/servers/other/pass', { token }).finally(() => {
      proxy.getRoute = known;
    });
    expect([shut.status, shut.body.error.code]).toEqual([503, 'way-not-open']);
  });
});
