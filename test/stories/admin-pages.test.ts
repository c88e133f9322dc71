import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ago, ahead } from '../../packages/hub/test/pages/examples.js';
import { FAKE_ENDS } from '../../packages/hub/test/pages/fake-cluster.js';
import { type PageHub, startPageHub } from '../../packages/hub/test/pages/start-page-hub.js';
import { launchBrowser } from './browser.js';
import { findFaultsOnPhone } from './find-faults.js';
import { type Front, openFront } from './front.js';
import { signIn } from './person.js';

/** The pages for administrators in a real browser, in front of a fake cluster. */
describe('The pages for administrators in a browser', () => {
  let room: PageHub;
  let front: Front;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    front = await openFront(() => room.hub.socketPath);
    room = await startPageHub({ url: front.url, sites: 2 });
    browser = await launchBrowser();
    context = await browser.newContext();
    await signIn(await context.newPage(), front.url, 'ada', 'password of alice');
    await putServers();
    await putNotices();
    await testSites();
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    await browser?.close();
    front?.close();
    await room?.close();
  });

  async function putServers(): Promise<void> {
    await room.putServer({ name: 'running', endsAt: ahead(9e8) });
    await room.putServer({ userName: 'bob', state: 'queued', pendingReason: 'Resources', node: null, endsAt: null });
    await room.putServer({ name: 'away', unreachableSince: ago(60), unreachableReason: 'login1 does not answer.' });
    const end = { endReason: 'out-of-memory', endCode: 'out-of-memory', endValues: {}, exitCode: '0:9' };
    await room.putServer({ name: 'over', state: 'ended', ...end, endedAt: new Date(), logTail: 'a line\n'.repeat(99) });
  }

  async function putNotices(): Promise<void> {
    const { notices } = room.hub.services.database;
    const made = { textDe: '', shownFrom: ago(60), shownUntil: ahead(9e8), madeBy: 'ada', madeAt: ago(60) };
    const news = { ...made, kind: 'announcement', site: null } as const;
    await notices.add({ ...news, id: '1', level: 'info', textEn: 'A course begins.' });
    await notices.add({ ...news, id: '2', level: 'trouble', textEn: 'The file system is slow.' });
    await notices.add({ ...news, id: '3', level: 'warning', textEn: 'Over.', shownUntil: ago(30) });
    await notices.add({ ...made, id: '4', kind: 'maintenance', level: 'warning', site: 'other', textEn: 'New disks.' });
  }

  /** One site with a way that works, one where the login is refused. */
  async function testSites(): Promise<void> {
    const { connector } = FAKE_ENDS;
    const hop = 'svc@login1.example.org:22';
    const since = ago(600).toISOString();
    const counts = { links: 1, channels: 2, commandsRunning: 0, commandsWaiting: 0, reconnects: 0, host: hop };
    vi.spyOn(connector, 'listConnections').mockResolvedValue([
      { site: 'cluster', account: 'alice1', state: 'connected', since, ...counts },
      { site: 'other', account: 'bob1', state: 'backoff', since, ...counts, lastError: `${hop} refuses the sign-in.` },
    ]);
    vi.spyOn(connector, 'check').mockImplementation(async (who) => {
      const isGood = who.site === 'cluster';
      const steps = (['name', 'files', 'port', 'host-key', 'sign-in', 'command', 'home', 'tunnel'] as const)
        .slice(0, isGood ? 8 : 5)
        .map((step) => {
          const ok = isGood || step !== 'sign-in';
          return {
            step,
            hop,
            ok,
            tookMs: 12,
            detail: ok ? 'All is well.' : `${hop} refuses the sign-in with the key.`,
          };
        });
      return { ...who, ok: isGood, steps };
    });
    const page = await context.newPage();
    for (const site of ['cluster', 'other']) {
      await page.goto(`${front.url}/hub/admin/sites`);
      const part = page.locator(`[data-site="${site}"]`);
      await part.getByRole('textbox').fill('svc');
      await part.getByRole('button', { name: 'Check this site' }).click();
      await part.locator('[data-check]').waitFor();
    }
    await page.close();
  }

  test.each([
    '/hub/admin',
    '/hub/admin/servers',
    '/hub/admin/servers?state=ended',
    '/hub/admin/servers?user=nobody',
    '/hub/admin/servers/0000000000000001',
    '/hub/admin/servers/0000000000000002',
    '/hub/admin/servers/0000000000000004',
    '/hub/admin/sites',
    '/hub/admin/servers/nobody',
    '/hub/admin/templates/nothing',
    '/hub/admin/notices?site=cluster',
    '/hub/home',
    '/hub/start?site=other',
  ])('%s has no fault that axe-core finds, light and dark, fits a phone, and is German for Germans', async (path) => {
    expect(await findFaultsOnPhone(context, front.url + path)).toEqual([]);
  });
});
