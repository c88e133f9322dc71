import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FAKE_ENDS } from './fake-cluster.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;

beforeEach(async () => {
  room = await startPageHub({ sites: 2 });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await room.close();
});

const PAGE = '/hub/admin/sites';
const GERMAN = { 'accept-language': 'de' };
const hop = 'ada1@login1:22';

/** Part of the page that is about one site. */
function partOf(text: string, site: string): string {
  return text.split('<section ').find((part) => part.includes(`data-site="${site}"`)) ?? '';
}

function fakeWay(fault?: 'sign-in' | 'home'): void {
  const steps = (['name', 'port', 'sign-in', 'command', 'home'] as const).map((step) => {
    return { step, hop, ok: step !== fault, tookMs: 3, detail: step === fault ? `<b>${step}</b> is broken.` : 'Fine.' };
  });
  const end = fault === 'sign-in' ? 3 : steps.length;
  const report = { ok: fault === undefined, steps: steps.slice(0, end) };
  vi.spyOn(FAKE_ENDS.connector, 'check').mockImplementation(async (who) => ({ ...who, ...report }));
}

describe('The sites', () => {
  it('are shown with their connections, their last answer and its age, and how many servers they have', async () => {
    await room.putServer();
    await room.putServer({ name: 'two' });
    vi.spyOn(FAKE_ENDS.connector, 'listConnections').mockResolvedValue([
      makeConnection('bob1', 'connected'),
      { ...makeConnection('carol1', 'backoff'), lastError: 'No route to <host>.' },
    ]);
    const { text } = await (await room.enter('ada')).get(PAGE);
    const cluster = partOf(text, 'cluster');
    expect(cluster).toContain('href="/hub/admin/servers?site&#x3D;cluster">2<');
    expect(cluster).toMatch(/data-age="[^"]+">20\d\d-/);
    expect(cluster.indexOf('carol1')).toBeLessThan(cluster.indexOf('bob1'));
    expect(cluster).toContain('No route to &lt;host&gt;.');
    expect(partOf(text, 'other')).toContain('>none<');
  });

  it('say in words why they cannot be asked, and the page comes all the same without the connector', async () => {
    room.cluster.goAway();
    vi.spyOn(FAKE_ENDS.connector, 'listConnections').mockRejectedValue(new Error('The connector is away.'));
    const { status, text } = await (await room.enter('ada')).get(PAGE, GERMAN);
    expect(status).toBe(200);
    expect(text).toContain('The connector is away.');
    expect(partOf(text, 'cluster')).toContain('login1 does not answer');
    expect(partOf(text, 'other')).not.toContain('login1 does not answer');
  });

  it('lead to the notices, where the form of a maintenance is open with that site chosen', async () => {
    const ada = await room.enter('ada');
    expect(partOf((await ada.get(PAGE)).text, 'other')).toContain('href="/hub/admin/notices?site&#x3D;other"');
    const { text } = await ada.get('/hub/admin/notices?site=other');
    const [form = ''] = /<details open>.*?<\/details>/s.exec(text) ?? [];
    expect(form).toContain('name="kind" value="maintenance"');
    expect(form).toContain('<option value="other" selected>');
    expect((await ada.get('/hub/admin/notices?site=moon')).text).not.toContain('<details open>');
    await ada.post('/hub/admin/notices', { kind: 'maintenance', site: 'other', textEn: 'New disks.' });
    expect(partOf((await ada.get(PAGE)).text, 'other')).toContain('New disks.');
    expect(partOf((await ada.get(PAGE)).text, 'cluster')).not.toContain('New disks.');
    expect((await ada.get('/hub/admin/notices?site=other')).text).not.toContain('<details open>');
  });
});

describe('The self-test of a site', () => {
  it('is green when every hop works, as the account that is named, and is in the log', async () => {
    fakeWay();
    const ada = await room.enter('ada');
    await ada.get(PAGE);
    const sent = await ada.post(`${PAGE}/cluster/check`, { account: 'carol1' });
    expect([sent.status, sent.headers.location]).toEqual([303, `${PAGE}#site-cluster`]);
    const part = partOf((await ada.get(PAGE)).text, 'cluster');
    expect(part).toContain('data-check="good"');
    expect(part).toContain('The whole way works, as carol1.');
    expect(part).toContain('Slurm answered: batch, gpus, old.');
    expect(partOf((await ada.get(PAGE)).text, 'other')).not.toContain('data-check');
    expect(room.hub.logged).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ admin: 'ada', site: 'cluster', ok: true }) }),
    );
  });

  it('names the hop that fails, with its own words and what to do, in both languages', async () => {
    fakeWay('sign-in');
    const ada = await room.enter('ada');
    await ada.get(PAGE);
    await ada.post(`${PAGE}/cluster/check`);
    const part = partOf((await ada.get(PAGE)).text, 'cluster');
    expect(part).toContain('The way does not work, as ada1: Login.');
    expect(part).toContain('&lt;b&gt;sign-in&lt;/b&gt; is broken.');
    expect(part).toContain('authorized keys');
    expect(part).not.toContain('Slurm answered');
    const german = partOf((await ada.get(PAGE, GERMAN)).text, 'cluster');
    expect(german).toContain('Der Weg geht nicht, als ada1: Anmeldung.');
  });

  it('asks the scheduler even where the home folder is broken, and tells of both', async () => {
    fakeWay('home');
    room.cluster.goAway();
    const ada = await room.enter('ada');
    await ada.get(PAGE);
    await ada.post(`${PAGE}/cluster/check`);
    const part = partOf((await ada.get(PAGE)).text, 'cluster');
    expect(part).toContain('The way does not work, as ada1: File system, Scheduler.');
  });

  it('says that a site works though one of its login nodes is away, and shows which', async () => {
    const away = { step: 'port', hop: 'ada1@login0:22', ok: false, tookMs: 3, detail: 'It is away.' } as const;
    const good = { step: 'command', hop, ok: true, tookMs: 3, detail: 'Fine.' } as const;
    vi.spyOn(FAKE_ENDS.connector, 'check').mockImplementation(async (who) => ({
      ...who,
      ok: true,
      steps: [away, good],
    }));
    const ada = await room.enter('ada');
    await ada.get(PAGE);
    await ada.post(`${PAGE}/cluster/check`);
    const part = partOf((await ada.get(PAGE)).text, 'cluster');
    expect(part).toContain('data-check="partial"');
    expect(part).toContain('The way works, as ada1, but only by another login node: Port.');
    expect(part).toContain('ada1@login0:22');
  });

  it('says so when there is no connector to do it', async () => {
    const ada = await room.enter('ada');
    await ada.get(PAGE);
    await ada.post(`${PAGE}/cluster/check`);
    expect(partOf((await ada.get(PAGE)).text, 'cluster')).toContain('as ada1: Connector.');
  });

  it('takes only what can be an account, a site that there is, and the token of the page', async () => {
    fakeWay();
    const ada = await room.enter('ada');
    await ada.get(PAGE);
    expect((await ada.post(`${PAGE}/cluster/check`, { account: '-oProxyCommand=x' })).status).toBe(422);
    expect((await ada.post(`${PAGE}/moon/check`)).status).toBe(404);
    expect((await ada.post(`${PAGE}/cluster/check`, { _xsrf: 'wrong' })).status).toBe(403);
    expect(FAKE_ENDS.connector.check).not.toHaveBeenCalled();
  });
});

function makeConnection(account: string, state: 'connected' | 'backoff') {
  const since = new Date().toISOString();
  const counts = { links: 1, channels: 0, commandsRunning: 0, commandsWaiting: 0, reconnects: 0 };
  return { site: 'cluster', account, state, since, host: 'login1', ...counts };
}
