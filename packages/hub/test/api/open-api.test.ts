import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiRoute } from '../../src/api/api-route.js';
import { listRoutes } from '../../src/api/routes/list-routes.js';
import { errorShape } from '../../src/api/shapes/error-shape.js';
import { listErrors } from '../../src/api/write-open-api.js';
import { makeTool } from '../pages/examples.js';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';
import { type AskApi, createAskApi, issueToken } from './api-client.js';

let room: PageHub;
let ask: AskApi;
let token: string;
let adminToken: string;

beforeEach(async () => {
  room = await startPageHub();
  ask = createAskApi(room);
  ({ token } = await issueToken(room));
  ({ token: adminToken } = await issueToken(room, { userName: 'ada' }));
});

afterEach(() => room.close());

const ENDED = { endReason: 'failed', endMessage: 'It ended.', logTail: 'last words', endedAt: new Date() };
const START = { site: 'cluster', template: 'jupyterlab', choices: { partition: 'batch', account: 'zam' } };

const TEMPLATE = '/admin/templates/jupyterlab';
const MAINTENANCE = {
  kind: 'maintenance',
  level: 'warning',
  site: 'cluster',
  textEn: 'New disks.',
  textDe: '',
  shownUntil: null,
} as const;

/** One request for each answer that a route has, by the route's id and the status. */
const EXAMPLES: Record<string, (room: PageHub) => Promise<{ path: string; json?: unknown }>> = {
  'getVersion 200': async () => ({ path: '' }),
  'getDocument 200': async () => ({ path: '/openapi.json' }),
  'getSelf 200': async (hub) => {
    await hub.putServer({ name: 'waiting', state: 'queued', pendingReason: 'Resources' });
    return { path: '/user' };
  },
  'getUser 200': async (hub) => {
    await hub.putServer({ unreachableSince: new Date(), unreachableReason: 'away', unreachableHop: 'site' });
    return { path: '/users/alice' };
  },
  'getHealth 200': async (hub) => {
    hub.troubles.push({ what: 'site:cluster', message: 'It is away.', isFatal: false });
    return { path: '/admin/health' };
  },
  'getHealth 503': async (hub) => {
    hub.troubles.push({ what: 'database', message: 'It is away.', isFatal: true });
    return { path: '/admin/health' };
  },
  'getMetrics 200': async () => ({ path: '/admin/metrics' }),
  'startServer 202': async () => ({ path: '/users/alice/servers/mine', json: START }),
  'getServer 200': async (hub) => {
    await hub.putServer({ name: 'mine', state: 'ended', ...ENDED });
    return { path: '/users/alice/servers/mine' };
  },
  'keepServer 204': async (hub) => {
    await hub.putServer({ name: 'mine' });
    return { path: '/users/alice/servers/mine/keep' };
  },
  'stopServer 202': async (hub) => {
    await hub.putServer({ name: 'mine' });
    return { path: '/users/alice/servers/mine' };
  },
  'stopServer 204': async (hub) => {
    await hub.putServer({ name: 'mine', state: 'ended', ...ENDED });
    return { path: '/users/alice/servers/mine' };
  },
  'followServer 200': async (hub) => {
    await hub.putServer({ name: 'mine', state: 'ended', ...ENDED });
    return { path: '/users/alice/servers/mine/progress' };
  },
  'passGate 200': async (hub) => {
    await hub.putServer({ name: 'mine' });
    return { path: '/users/alice/servers/mine/pass' };
  },
  'getLog 200': async (hub) => {
    hub.cluster.log = 'one\u001b[1m\ntwo\n';
    await hub.putServer({ name: 'mine' });
    return { path: '/users/alice/servers/mine/log' };
  },
  'getScript 200': async (hub) => {
    await hub.putServer({ name: 'mine' });
    return { path: '/users/alice/servers/mine/script' };
  },
  'getUsage 200': async (hub) => {
    await hub.putServer({ name: 'mine', jobStartedAt: new Date() });
    return { path: '/users/alice/servers/mine/usage' };
  },
  'getPlace 200': async (hub) => {
    hub.cluster.positions.set('42', { partition: 'gpus', position: 3, of: 17 });
    await hub.putServer({ name: 'mine', state: 'queued' });
    return { path: '/users/alice/servers/mine/place' };
  },
  'askExpectedStart 200': async () => ({ path: '/users/alice/expected-start', json: START }),
  'listSites 200': async () => ({ path: '/sites' }),
  'getSite 200': async () => ({ path: '/sites/cluster' }),
  'listTemplates 200': async () => ({ path: '/templates' }),
  'listAllServers 200': async (hub) => {
    await hub.putServer({ state: 'queued', pendingReason: 'Resources' });
    return { path: '/admin/servers?state=queued&user=ali&page=1' };
  },
  'getAnyServer 200': async (hub) => ({
    path: `/admin/servers/${(await hub.putServer({ state: 'ended', ...ENDED })).id}`,
  }),
  'stopAnyServer 202': async (hub) => ({ path: `/admin/servers/${(await hub.putServer()).id}` }),
  'stopAnyServer 204': async (hub) => ({
    path: `/admin/servers/${(await hub.putServer({ state: 'ended', ...ENDED })).id}`,
  }),
  'listSiteStatuses 200': async (hub) => {
    await hub.notices.make(MAINTENANCE, 'ada');
    return { path: '/admin/sites' };
  },
  'checkSite 200': async () => ({ path: '/admin/sites/cluster/check', json: { account: 'svc' } }),
  'listNotices 200': async (hub) => {
    await hub.notices.end((await hub.notices.make({ ...MAINTENANCE, kind: 'announcement' }, 'ada')).id, 'ada');
    await hub.notices.make(MAINTENANCE, 'ada');
    return { path: '/admin/notices' };
  },
  'makeNotice 201': async () => ({
    path: '/admin/notices',
    json: { kind: 'announcement', textEn: 'A course begins.' },
  }),
  'listTemplateStates 200': async () => ({ path: '/admin/templates' }),
  'getTemplateHistory 200': async () => ({ path: TEMPLATE }),
  'getTemplateVersion 200': async ({ desk }) => ({
    path: `${TEMPLATE}/versions/${desk.find('jupyterlab').inUse?.version}`,
  }),
  'checkTemplate 200': async () => ({ path: `${TEMPLATE}/check`, json: { choices: { gpus: 99, nonsense: 1 } } }),
  'useTemplate 200': async () => ({ path: `${TEMPLATE}/use`, json: { seen: 1, source: makeTool('New'), note: 'why' } }),
  'followFile 200': async () => ({ path: `${TEMPLATE}/back`, json: { seen: 1 } }),
  'endNotice 204': async (hub) => ({ path: `/admin/notices/${(await hub.notices.make(MAINTENANCE, 'ada')).id}` }),
};

const CASES = listRoutes().flatMap((route) =>
  Object.entries(route.answers).map(([status, answer]) => ({ name: `${route.id} ${status}`, route, status, answer })),
);

describe('Every answer', () => {
  it.each(CASES)('has the shape that the document says: $name', async ({ name, route, status, answer }) => {
    const example = await EXAMPLES[name]?.(room);
    if (example === undefined) {
      throw new Error(`There is no example of ${name}.`);
    }
    const got = await room.hub.ask(`/hub/api${example.path}`, {
      method: route.method.toUpperCase(),
      headers: {
        authorization: `token ${route.access === 'admin' ? adminToken : token}`,
        'content-type': 'application/json',
      },
      ...(example.json === undefined ? {} : { body: JSON.stringify(example.json) }),
    });
    expect(String(got.status)).toBe(status);
    if (answer.schema === undefined) {
      expect(got.text).toBe('');
      return;
    }
    expect(got.headers['content-type']).toMatch(new RegExp(`^${answer.type ?? 'application/json'}`));
    if (answer.type === 'text/plain') {
      expect(got.text).toContain('juhub_part_up{part="hub"} 1\n');
      return;
    }
    const text = answer.type === undefined ? got.text : (/^data: (.*)$/m.exec(got.text)?.[1] ?? '');
    const read = JSON.parse(text);
    expect(answer.schema.parse(read)).toEqual(read);
  });

  it('that is an error has the one shape of errors', async () => {
    const errors = await Promise.all([
      ask('GET', '/user'),
      ask('GET', '/nothing', { token }),
      ask('PUT', '/user', { token }),
      ask('GET', '/users/%zz', { token }),
      ask('GET', '/sites/moon', { token }),
      ask('POST', '/users/alice/servers/mine', { token, json: { site: 1 } }),
    ]);
    expect(errors.map(({ status }) => status)).toEqual([401, 404, 405, 422, 404, 422]);
    for (const { body } of errors) {
      expect(errorShape.parse(body)).toEqual(body);
    }
    expect(errors[2]?.headers.allow).toBe('HEAD, GET');
  });

  it('says of a fault of the hub no more than what the log calls it', async () => {
    room.records.listByUser = () => Promise.reject(new Error('select * from secrets'));
    const { status, body, text } = await ask('GET', '/user', { token });
    expect(status).toBe(500);
    expect(errorShape.parse(body)).toEqual(body);
    expect(text).not.toContain('secrets');
    const noted = room.hub.logged.find(
      ({ fields }) => 'reference' in fields && fields.reference === body.error.reference,
    );
    expect(noted?.level).toBe('error');
  });
});

describe('The document', () => {
  it('lists every route with its parameters, answers and errors', async () => {
    const { body } = await ask('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(body.servers).toEqual([{ url: 'http://127.0.0.1:8000/hub/api' }]);
    const listed = Object.entries<object>(body.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path === '/' ? '' : path}`),
    );
    const routes = listRoutes();
    expect(listed.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    for (const route of routes) {
      const operation = operationOf(body, route);
      expect(Object.keys(operation.responses).map(Number)).toEqual(
        [...Object.keys(route.answers).map(Number), ...listErrors(route)].sort((one, other) => one - other),
      );
      const query = route.access === 'open' ? [] : Object.keys(route.query?.shape ?? {});
      const named = [...[...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]), ...query];
      expect((operation.parameters ?? []).map(({ name }: { name: string }) => name)).toEqual(named);
    }
  });

  it('refers only to what is in it', async () => {
    const { body, text } = await ask('GET', '/openapi.json');
    const names = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
    expect(new Set(names).size).toBeGreaterThan(8);
    expect(Object.keys(body.components.schemas)).toEqual(expect.arrayContaining([...new Set(names)]));
    expect(text.match(/"\$ref":/g)).toHaveLength(names.length);
    expect(text).not.toMatch(/"\$(schema|id|defs)"/);
  });

  it('says of what is sent what may be left out', async () => {
    const { body } = await ask('GET', '/openapi.json');
    expect(body.components.schemas.Start).toMatchObject({
      required: ['site', 'template'],
      additionalProperties: false,
    });
    expect(body.components.schemas.ServerDetail.required).toContain('events');
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the document is looked at as what it is, JSON
function operationOf(document: any, route: ApiRoute): any {
  return document.paths[route.path === '' ? '/' : route.path][route.method];
}
