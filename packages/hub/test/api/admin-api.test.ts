import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listRoutes } from '../../src/api/routes/list-routes.js';
import { FAKE_ENDS } from '../pages/fake-cluster.js';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';
import { type AskApi, createAskApi, issueToken } from './api-client.js';

let room: PageHub;
let ask: AskApi;
let token: string;

beforeEach(async () => {
  room = await startPageHub();
  ask = createAskApi(room);
  ({ token } = await issueToken(room, { userName: 'ada', scopes: ['admin'] }));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
});

const ADMIN_ROUTES = listRoutes().filter(({ path }) => path.startsWith('/admin'));
const VALUES: Record<string, string> = { id: '0000000000000001', notice: '0000000000000001', site: 'cluster' };

const fill = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => VALUES[name] ?? 'jupyterlab');

describe('The administration over the API', () => {
  it('has no route that needs less than the scope of administrators', () => {
    expect(ADMIN_ROUTES.length).toBeGreaterThan(7);
    expect(ADMIN_ROUTES.filter(({ access }) => access !== 'admin')).toEqual([]);
  });

  it.each(ADMIN_ROUTES)('refuses everybody else before anything is looked at: $method $path', async (route) => {
    await room.putServer();
    const usual = ['servers', 'read:servers', 'read:sites'] as const;
    const { token: ofAlice } = await issueToken(room);
    const { token: forServers } = await issueToken(room, { userName: 'ada', scopes: usual });
    const send = async (bearer?: string) => {
      const json = route.method === 'post' ? {} : undefined;
      const answer = await ask(route.method.toUpperCase(), fill(route.path), { token: bearer ?? '', json });
      return [answer.status, answer.body?.error?.code];
    };
    expect(await send()).toEqual([401, 'token-needed']);
    expect(await send(ofAlice)).toEqual([403, 'admin-needed']);
    expect(await send(forServers)).toEqual([403, 'scope-needed']);
    await room.hub.services.database.users.setAdmin('ada', false);
    expect(await send(token)).toEqual([403, 'admin-needed']);
    expect((await room.records.get('0000000000000001'))?.state).toBe('ready');
  });
});

describe('The servers of all users over the API', () => {
  it('can be filtered, and tell neither secrets nor a way into the notebook', async () => {
    const secret = 'a word that is secret';
    await room.putServer({ name: 'one', secret });
    await room.putServer({ userName: 'bob', state: 'queued' });
    await room.putServer({ userName: 'bob', name: 'gone', state: 'ended', endedAt: new Date() });
    const list = async (query: string) => {
      const { body } = await ask('GET', `/admin/servers${query}`, { token });
      const names = body.servers.map((one: { user: string; name: string }) => `${one.user}/${one.name}`);
      return [body.total, ...names.sort()];
    };
    expect(await list('')).toEqual([2, 'alice/one', 'bob/default']);
    expect(await list('?user=bo&state=ended')).toEqual([1, 'bob/gone']);
    expect(await list('?site=moon')).toEqual([0]);
    expect(await list('?page=2')).toEqual([0]);
    const { text, body } = await ask('GET', '/admin/servers/0000000000000001', { token });
    expect(body).toMatchObject({ user: 'alice', name: 'one', account: 'alice1', stoppedBy: null });
    expect((await room.records.get('0000000000000001'))?.secret).toBe(secret);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('"url"');
  });

  it.each(['?state=all', '?page=0', '?page=x', '?colour=red', '?user=a&user=b'])('refuse %s', async (query) => {
    const { status, body } = await ask('GET', `/admin/servers${query}`, { token });
    expect([status, body.error.code]).toEqual([422, 'request-refused']);
  });

  it('are stopped in the name of the administrator', async () => {
    const { id } = await room.putServer();
    expect((await ask('DELETE', `/admin/servers/${id}`, { token })).status).toBe(202);
    expect(await room.records.get(id)).toMatchObject({ state: 'stopping', stopRequestedBy: 'ada' });
    const ending = {
      to: 'ended',
      cause: 'job-over',
      message: 'You stopped it.',
      patch: { endReason: 'stopped' },
    } as const;
    await room.records.move(id, ending);
    const { body, text } = await ask('GET', `/admin/servers/${id}`, { token });
    expect([body.state, body.stoppedBy, body.reason.message]).toEqual([
      'ended',
      'ada',
      'ada stopped it as administrator.',
    ]);
    expect(text).not.toContain('You stopped');
    expect((await ask('DELETE', '/admin/servers/00000000000000ff', { token })).status).toBe(404);
    expect((await ask('DELETE', '/admin/servers/x', { token })).status).toBe(422);
  });
});

describe('The sites over the API', () => {
  it('are tested as the account that is named, and the result is kept for all administrators', async () => {
    const steps = (['name', 'port'] as const).map((step) => {
      return { step, hop: 'svc@login1:22', ok: step === 'name', tookMs: 1, detail: `${step} it is` };
    });
    const check = vi.spyOn(FAKE_ENDS.connector, 'check');
    check.mockImplementation(async (who) => ({ ...who, ok: false, steps }));
    const { body } = await ask('POST', '/admin/sites/cluster/check', { token, json: { account: 'svc' } });
    expect(check.mock.lastCall?.[0]).toEqual({ site: 'cluster', account: 'svc' });
    expect(body).toMatchObject({ site: 'cluster', account: 'svc', ok: false });
    expect(body.steps[0].advice).toBeNull();
    expect(body.steps[1]).toMatchObject({ step: 'port', ok: false, detail: 'port it is' });
    expect(body.steps[1].advice).toContain('firewall');
    expect((await ask('GET', '/admin/sites', { token })).body.sites[0].check).toEqual(body);
  });

  it('are tested for nobody whose name can be no account, and not where there is none', async () => {
    const check = vi.spyOn(FAKE_ENDS.connector, 'check');
    const send = (site: string, account: string) =>
      ask('POST', `/admin/sites/${site}/check`, { token, json: { account } });
    expect((await send('cluster', '-oProxyCommand=x')).status).toBe(422);
    expect((await send('moon', 'svc')).status).toBe(404);
    expect(check).not.toHaveBeenCalled();
  });

  it('are closed by a maintenance, and opened again when it is ended', async () => {
    const start = { site: 'cluster', template: 'jupyterlab', choices: { partition: 'batch', account: 'zam' } };
    const { token: ofAlice } = await issueToken(room);
    const startOne = () => ask('POST', '/users/alice/servers/mine', { token: ofAlice, json: start });
    const json = { kind: 'maintenance', site: 'cluster', textDe: 'Neue Platten.' };
    const { status, body } = await ask('POST', '/admin/notices', { token, json });
    expect([status, body.madeBy, body.level]).toEqual([201, 'ada', 'warning']);
    expect((await ask('GET', '/admin/sites', { token })).body.sites[0].maintenance).toEqual(body);
    expect((await startOne()).body.error.code).toBe('site-in-maintenance');
    expect((await ask('DELETE', `/admin/notices/${body.id}`, { token })).status).toBe(204);
    expect((await ask('DELETE', `/admin/notices/${body.id}`, { token })).status).toBe(404);
    expect((await startOne()).status).toBe(202);
    const { open, over } = (await ask('GET', '/admin/notices', { token })).body;
    expect([open, over[0].endedBy]).toEqual([[], 'ada']);
  });

  it.each([
    [{ kind: 'maintenance', textEn: 'x' }, 'site'],
    [{ kind: 'announcement', site: 'moon', textEn: 'x' }, 'site'],
    [{ kind: 'announcement' }, 'textEn'],
    [{ kind: 'announcement', textEn: 'x', until: '2020-01-01T00:00:00Z' }, 'until'],
    [{ kind: 'announcement', textEn: 'x', until: 'tomorrow' }, 'until'],
  ])('take no notice like %j, and name the field %s', async (json, field) => {
    const { status, body } = await ask('POST', '/admin/notices', { token, json });
    expect([status, body.error.problems[0].field]).toEqual([422, field]);
    expect((await ask('GET', '/admin/notices', { token })).body.open).toEqual([]);
  });
});
