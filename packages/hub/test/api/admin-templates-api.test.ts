import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeTool } from '../pages/examples.js';
import { type PageHub, startPageHub } from '../pages/start-page-hub.js';
import { type AskApi, createAskApi, issueToken } from './api-client.js';

let room: PageHub;
let ask: AskApi;
let token: string;

beforeEach(async () => {
  room = await startPageHub({ templates: { 'tool.sbatch.hbs': makeTool('Tool') } });
  ask = createAskApi(room);
  ({ token } = await issueToken(room, { userName: 'ada', scopes: ['admin'] }));
});

afterEach(() => room.close());

const TOOL = '/admin/templates/tool';
const IN_QUOTES = makeTool('Tool', 'echo "{{user.name}}"\n');

const read = async () => (await ask('GET', TOOL, { token })).body;
const use = (json: object) => ask('POST', `${TOOL}/use`, { token, json });

describe('A template over the API', () => {
  it('is put in use with its reason, and can be put back to an earlier version, and to its file', async () => {
    const before = await read();
    expect(before).toMatchObject({ version: before.fileVersion, decision: { kind: 'file' }, problems: [] });
    const put = await use({ source: makeTool('Better'), seen: before.seen, note: 'They asked for it.' });
    expect(put.body).toMatchObject({ title: 'Better', fileVersion: before.fileVersion });
    expect(put.body.decision).toMatchObject({ kind: 'chosen', usedBy: 'ada', note: 'They asked for it.' });
    const { token: ofAlice } = await issueToken(room);
    expect((await ask('GET', '/templates', { token: ofAlice })).body[0]).toMatchObject({ title: 'Better' });

    const back = await use({ version: before.version, seen: put.body.seen });
    expect(back.body).toMatchObject({ version: before.version, decision: { kind: 'chosen' } });
    const followed = await ask('POST', `${TOOL}/back`, { token, json: { seen: back.body.seen } });
    expect(followed.body).toMatchObject({ version: before.version, decision: { kind: 'file', usedBy: 'ada' } });
    const { uses, versions } = await read();
    expect(uses.map(({ version }: { version: string }) => version === before.version)).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(versions).toHaveLength(2);
    const kept = (await ask('GET', `${TOOL}/versions/${put.body.version}`, { token })).body;
    expect(kept).toMatchObject({ source: makeTool('Better'), origin: 'browser', savedBy: 'ada' });
  });

  it('is not overwritten by somebody who has not seen what is in use', async () => {
    const { seen } = await read();
    expect((await use({ source: makeTool('First'), seen })).status).toBe(200);
    const second = await use({ source: makeTool('Second'), seen });
    expect([second.status, second.body.error.code]).toEqual([409, 'template-changed']);
    expect((await ask('POST', `${TOOL}/back`, { token, json: { seen } })).status).toBe(409);
    expect((await read()).title).toBe('First');
  });

  it('stays as it is when the text has a mistake, which is told with its place', async () => {
    const { seen } = await read();
    const { status, body } = await use({ source: IN_QUOTES, seen });
    expect([status, body.error.code]).toEqual([422, 'template-refused']);
    expect(body.error.problems[0].field).toBe('source');
    expect(body.error.problems[0].message).toMatch(/^tool\.sbatch\.hbs:10:\d+: .*double quotes/);
    expect((await read()).title).toBe('Tool');
  });

  it('tells of a file that breaks while the good version stays in use', async () => {
    room.put('tool.sbatch.hbs', IN_QUOTES);
    await vi.waitFor(() => expect(room.desk.find('tool').isBroken).toBe(true), { timeout: 10_000 });
    const [state] = (await ask('GET', '/admin/templates', { token })).body;
    expect(state).toMatchObject({ name: 'tool', title: 'Tool', fileVersion: null, isBroken: true });
    expect(state.problems[0].place).toMatch(/^tool\.sbatch\.hbs:10:/);
  });

  it.each([
    [{ seen: 1 }, 'source'],
    [{ seen: 1, source: 'x', version: 'y' }, 'source'],
    [{ source: 'x' }, 'seen'],
  ])('is not decided about by %j', async (json, field) => {
    const { status, body } = await use(json);
    expect([status, body.error.problems[0].field]).toEqual([422, field]);
  });
});

describe('Checking a template over the API', () => {
  const check = (json: object, path = TOOL) => ask('POST', `${path}/check`, { token, json });
  const choices = { partition: 'batch', word: "it's $HOME" };

  it('renders the script for a user and a site, and puts nothing in use', async () => {
    const { seen } = await read();
    const { body } = await check({ source: makeTool('New'), user: 'alice', site: 'cluster', choices });
    expect(body).toMatchObject({ isUsable: true, problems: [], user: 'alice', isUserKnown: true, choiceProblems: [] });
    expect(body.script).toContain('#SBATCH --partition=batch');
    expect(body.script).toContain(`echo 'it'\\''s $HOME'`);
    expect((await check({ choices })).body.script).toContain('#SBATCH --partition=batch');
    expect((await read()).seen).toBe(seen);
  });

  it('tells what is wrong with the text, and what with the choices', async () => {
    const broken = (await check({ source: IN_QUOTES, choices })).body;
    expect(broken).toMatchObject({ isUsable: false, script: null });
    expect(broken.problems[0]).toMatchObject({ line: 10 });
    const chosen = (await check({ choices: { ...choices, partition: 'moon' } })).body;
    expect(chosen.choiceProblems).toMatchObject([{ field: 'partition' }]);
    expect(chosen.script).toBeNull();
  });

  it('asks no site about a name that is no user of the hub', async () => {
    const { body } = await check({ user: '-x; rm', choices });
    expect(body).toMatchObject({ isUserKnown: false });
  });

  it('knows only templates, versions and sites that there are', async () => {
    expect((await check({ choices }, '/admin/templates/moon')).status).toBe(404);
    expect((await check({ choices, version: 'moon' })).status).toBe(404);
    expect((await ask('GET', `${TOOL}/versions/moon`, { token })).status).toBe(404);
    expect((await check({ choices, site: 'moon' })).body.error.problems).toMatchObject([{ field: 'site' }]);
  });
});
