import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAskApi, issueToken } from '../api/api-client.js';
import type { TestBrowser } from '../web/start-test-hub.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;
let ada: TestBrowser;
let alice: TestBrowser;

beforeEach(async () => {
  room = await startPageHub({ sites: 2 });
  ada = await room.enter('ada');
  alice = await room.enter('alice');
  await ada.get(PAGE);
});

afterEach(() => room.close());

const PAGE = '/hub/admin/notices';
const GERMAN = { 'accept-language': 'de' };
const MAINTENANCE = { kind: 'maintenance', site: 'cluster', textEn: 'New disks.', textDe: 'Neue Platten.' };
const START = { site: 'cluster', template: 'jupyterlab', partition: 'batch', account: 'zam', nodes: '1' };

/** Where a page of administrators posts to end its first notice. */
async function findEnd(): Promise<string> {
  return /action="(\/hub\/admin\/notices\/\w+\/end)"/.exec((await ada.get(PAGE)).text)?.[1] ?? '';
}

describe('An announcement', () => {
  it('is read by everybody on home, form and progress page, in their language, until somebody takes it down', async () => {
    await room.putServer();
    const text = { textEn: 'Tests <b>today</b>.', textDe: 'Heute wird getestet.' };
    const made = await ada.post(PAGE, { kind: 'announcement', level: 'trouble', site: 'other', ...text });
    expect([made.status, made.headers.location]).toEqual([303, PAGE]);
    for (const path of ['/hub/home', '/hub/start', '/hub/servers/default']) {
      const page = (await alice.get(path)).text;
      expect(page).toContain('announcement level-trouble');
      expect(page).toContain('Other cluster');
      expect(page).toContain('Tests &lt;b&gt;today&lt;/b&gt;.');
      expect((await alice.get(path, GERMAN)).text).toContain('Heute wird getestet.');
    }
    expect((await ada.post(await findEnd())).status).toBe(303);
    expect((await alice.get('/hub/home')).text).not.toContain('announcement');
    const over = (await ada.get(PAGE)).text;
    expect(over).toContain('Tests &lt;b&gt;today&lt;/b&gt;.');
    expect(over).toContain('ended by ada,');
  });

  it('in one language only is read by all, marked as what it is', async () => {
    await ada.post(PAGE, { kind: 'announcement', level: 'info', textDe: 'Nur auf Deutsch.' });
    expect((await alice.get('/hub/home')).text).toContain('<p lang="de">Nur auf Deutsch.</p>');
    expect((await alice.get('/hub/home', GERMAN)).text).toContain('<p>Nur auf Deutsch.</p>');
  });

  it('of later is seen by administrators alone until then', async () => {
    await ada.post(PAGE, { kind: 'announcement', level: 'info', textEn: 'Soon.', from: '2099-01-01T08:00' });
    expect((await alice.get('/hub/home')).text).not.toContain('Soon.');
    expect((await ada.get(PAGE)).text).toMatch(/Soon\.[\s\S]*shown from/);
  });

  it('that is refused comes back with what was typed and what is wrong with it', async () => {
    const sent = { kind: 'announcement', level: 'warning', textEn: 'Kept.', until: '2020-01-01T08:00' };
    const { status, text } = await ada.post(PAGE, sent, GERMAN);
    expect(status).toBe(422);
    expect(text).toContain('>Kept.</textarea>');
    expect(text).toContain('href="#announcement-until"');
    expect(text).toContain('Das Ende muss nach dem Anfang liegen');
    expect((await alice.get('/hub/home')).text).not.toContain('Kept.');
  });

  it('needs the token of the page', async () => {
    const sent = { kind: 'announcement', level: 'info', textEn: 'Forged.', _xsrf: 'wrong' };
    expect((await ada.post(PAGE, sent)).status).toBe(403);
    expect((await ada.get(PAGE)).text).not.toContain('Forged.');
  });
});

describe('A maintenance', () => {
  it('is told by the form, which starts nothing there and asks the site nothing; the other site is open', async () => {
    await ada.post(PAGE, MAINTENANCE);
    const form = (await alice.get('/hub/start?site=cluster', GERMAN)).text;
    expect(form).toContain('Wartung von Demo cluster');
    expect(form).toContain('Neue Platten.');
    expect(form).toMatch(/data-start-button disabled/);
    room.cluster.goAway();
    const refused = await alice.post('/hub/start', START);
    expect(refused.status).toBe(503);
    expect(refused.text).toContain('Nothing can be started on Demo cluster now: it is under maintenance.');
    expect(await room.records.listActive()).toEqual([]);
    expect((await alice.get('/hub/start?site=other')).text).not.toMatch(/data-start-button disabled/);
  });

  it('binds the API as well, and ends with the switch; who did what is in the log', async () => {
    const ask = createAskApi(room);
    const { token } = await issueToken(room);
    const json = { site: 'cluster', template: 'jupyterlab', choices: { partition: 'batch', account: 'zam' } };
    await ada.post(PAGE, { ...MAINTENANCE, until: '2099-01-01T08:00' });
    const refused = await ask('POST', '/users/alice/servers/mine', { token, json });
    expect(refused.status).toBe(503);
    expect(refused.body.error.code).toBe('site-in-maintenance');
    expect(refused.body.error.message).toMatch(/^Demo cluster is under maintenance until 2099-.*New disks\.$/);
    await ada.post(await findEnd());
    expect((await ask('POST', '/users/alice/servers/mine', { token, json })).status).toBe(202);
    const deeds = room.hub.logged.filter(({ fields }) => 'admin' in fields && fields.admin === 'ada');
    expect(deeds.map(({ message }) => message)).toEqual([
      'an administrator made a notice',
      'an administrator ended a notice',
    ]);
  });

  it('leaves running servers alone, and takes the place of the one that the site had', async () => {
    const row = await room.putServer();
    await ada.post(PAGE, MAINTENANCE);
    await ada.post(PAGE, { ...MAINTENANCE, textEn: 'Longer than we thought.' });
    expect((await room.records.get(row.id))?.state).toBe('ready');
    const home = (await alice.get('/hub/home')).text;
    expect(home.match(/Maintenance of Demo cluster/g)).toHaveLength(1);
    expect(home).toContain('Longer than we thought.');
    expect(home).toContain('href="/user/alice/default/"');
  });
});
