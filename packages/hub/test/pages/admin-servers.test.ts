import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ahead } from './examples.js';
import { FAKE_ENDS } from './fake-cluster.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;

beforeEach(async () => {
  room = await startPageHub();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
});

const LIST = '/hub/admin/servers';

/** Which servers a page of the list has, in its order. */
function listRows(text: string): string[] {
  return [...text.matchAll(/data-server="([^"]+)" data-user="([^"]+)"/g)].map(([, name, user]) => `${user}/${name}`);
}

describe('The servers of all users', () => {
  it('are listed with user, name, site, node type, state, node, job, age, time left and last activity', async () => {
    await room.putServer({ name: 'mine', createdAt: new Date(Date.now() - 3_660_000), endsAt: ahead(9e8) });
    const lastActivity = '2026-07-31T11:22:33.000Z';
    const routes = vi.spyOn(FAKE_ENDS.proxy, 'listRoutes').mockResolvedValue({
      '/user/alice/mine': { target: 'unix:/x', last_activity: lastActivity } as never,
    });
    const { status, text } = await (await room.enter('ada')).get(LIST);
    expect(status).toBe(200);
    expect(listRows(text)).toEqual(['alice/mine']);
    for (const part of ['Demo cluster', 'gpus', 'Running', 'gpu1', '<code>42</code>', '1 h 1 min', lastActivity]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('data-countdown="');
    expect(routes).toHaveBeenCalledTimes(1);
  });

  it('are found by a part of the user’s name, by site and by state, and what ended lately is a list of its own', async () => {
    await room.putServer({ userName: 'alice', name: 'one' });
    await room.putServer({ userName: 'Bob_2', name: 'two', state: 'queued' });
    await room.putServer({ userName: 'bobx2', name: 'three', site: 'gone' });
    await room.putServer({ name: 'over', state: 'ended', endedAt: new Date(Date.now() - 3_600_000) });
    await room.putServer({ name: 'long-over', state: 'ended', endedAt: new Date(Date.now() - 90_000_000) });
    const ada = await room.enter('ada');
    const find = async (query: string) => listRows((await ada.get(`${LIST}?${query}`)).text).toSorted();
    expect(await find('')).toEqual(['Bob_2/two', 'alice/one', 'bobx2/three']);
    expect(await find('user=BOB')).toEqual(['Bob_2/two', 'bobx2/three']);
    expect(await find('user=b_2')).toEqual(['Bob_2/two']);
    expect(await find('user=%25')).toEqual([]);
    expect(await find('site=gone')).toEqual(['bobx2/three']);
    expect(await find('state=queued&user=')).toEqual(['Bob_2/two']);
    expect(await find('state=ended')).toEqual(['alice/over']);
  });

  it('come in pages of a hundred, each with one question to the database, and links that keep the filter', async () => {
    for (let number = 1; number <= 101; number += 1) {
      await room.putServer({ name: `n${number}`, createdAt: new Date(1_700_000_000_000 + number) });
    }
    const ada = await room.enter('ada');
    const list = vi.spyOn(room.records, 'list');
    const first = (await ada.get(`${LIST}?user=ali`)).text;
    expect(list).toHaveBeenCalledTimes(1);
    expect(listRows(first)).toHaveLength(100);
    expect(listRows(first)[0]).toBe('alice/n101');
    expect(first).toContain('name="user" value="ali"');
    expect(first).toContain('101 servers');
    expect(first).toContain('1 to 100 of 101');
    expect(first).toContain('href="/hub/admin/servers?user&#x3D;ali&amp;page&#x3D;2"');
    const second = (await ada.get(`${LIST}?user=ali&page=2`)).text;
    expect(listRows(second)).toEqual(['alice/n1']);
    expect((await ada.get(`${LIST}?page=77`)).text).toContain('To the first page');
  });

  it('are listed all the same when the proxy does not answer, and the page says what it does not know', async () => {
    await room.putServer();
    vi.spyOn(FAKE_ENDS.proxy, 'listRoutes').mockRejectedValue(new Error('The proxy is away.'));
    const { text } = await (await room.enter('ada')).get(LIST, { 'accept-language': 'de' });
    expect(listRows(text)).toEqual(['alice/default']);
    expect(text).toContain('Der Proxy antwortet nicht');
  });

  it('are shown with whatever a person or a cluster wrote taken as text', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const row = await room.putServer({ node: evil, choices: { partition: evil, note: evil }, script: evil });
    const ada = await room.enter('ada');
    for (const path of [LIST, `${LIST}/${row.id}`, `${LIST}?user=${encodeURIComponent(evil)}`]) {
      expect((await ada.get(path)).text).not.toContain('<img');
    }
  });
});

describe('A server, for an administrator', () => {
  it('has its history, script and choices, but no secret and no way into the notebook', async () => {
    const secret = 'a-secret-of-the-server';
    const row = await room.putServer({ secret });
    const { text } = await (await room.enter('ada')).get(`${LIST}/${row.id}`);
    for (const part of [
      '<h1>default of alice</h1>',
      'Stop the server of alice',
      'alice1',
      'zam',
      'echo &quot;&lt;hello&gt;&quot;',
      row.id,
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain(secret);
    expect(text).not.toContain('/user/');
    expect(text).not.toContain('/hub/servers/');
  });

  it('is stopped with a form, which is logged and kept with the administrator’s name, and its owner reads by whom', async () => {
    const row = await room.putServer();
    const ada = await room.enter('ada');
    await ada.get(`${LIST}/${row.id}`);
    const answer = await ada.post(`${LIST}/${row.id}/stop`);
    expect([answer.status, answer.headers.location]).toEqual([303, `${LIST}/${row.id}`]);
    expect(await room.records.get(row.id)).toMatchObject({ state: 'stopping', stopRequestedBy: 'ada' });
    expect(room.hub.logged).toContainEqual(
      expect.objectContaining({ level: 'info', fields: expect.objectContaining({ admin: 'ada', server: row.id }) }),
    );
    const forAda = (await ada.get(`${LIST}/${row.id}`)).text;
    expect(forAda).toContain('ada stopped it as administrator.');
    expect(forAda).not.toContain('/stop"');
    const forAlice = (await (await room.enter()).get('/hub/servers/default')).text;
    expect(forAlice).toContain('An administrator stopped it.');
    expect(forAlice).not.toContain('ada');
    expect((await (await room.enter()).get('/hub/servers/default', { 'accept-language': 'de' })).text).toContain(
      'Die Verwaltung hat ihn gestoppt.',
    );
  });

  it('is not stopped without the token of the page, nor a second time', async () => {
    const row = await room.putServer();
    const ada = await room.enter('ada');
    expect((await ada.post(`${LIST}/${row.id}/stop`, { _xsrf: 'wrong' })).status).toBe(403);
    expect((await room.records.get(row.id))?.state).toBe('ready');
    await ada.get(`${LIST}/${row.id}`);
    await ada.post(`${LIST}/${row.id}/stop`);
    await ada.post(`${LIST}/${row.id}/stop`);
    const stops = (await room.records.events(row.id)).filter(({ cause }) => cause === 'stopped-by-admin');
    expect(stops).toHaveLength(1);
  });

  it('that its owner stopped does not tell the administrator that it was them', async () => {
    const row = await room.putServer({ state: 'ended', endReason: 'stopped', endCode: 'stopped', endValues: {} });
    const { text } = await (await room.enter('ada')).get(`${LIST}/${row.id}`);
    expect(text).toContain('Its user stopped it.');
    expect(text).not.toContain('You stopped it.');
  });

  it('that does not exist is a missing page', async () => {
    const ada = await room.enter('ada');
    expect((await ada.get(`${LIST}/ffffffffffffffff`)).status).toBe(404);
    expect((await ada.post(`${LIST}/ffffffffffffffff/stop`)).status).toBe(404);
  });
});
