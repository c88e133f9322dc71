import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeQueue } from '../../packages/hub/test/pages/fake-queue.js';
import { type PageHub, startPageHub } from '../../packages/hub/test/pages/start-page-hub.js';
import { launchBrowser, openWindow } from './browser.js';
import { findFaultsOnPhone } from './find-faults.js';
import { type Front, openFront } from './front.js';
import { signIn } from './person.js';

const CHOICES = { partition: 'gpus', account: 'zam', nodes: '1', gpus: '1', minutes: '30' };

/** In front of a fake cluster that takes a job when it is told to: a real line would not stand still to be looked at. */
describe('A server that waits for its turn, in a browser', () => {
  const cluster = new FakeQueue();
  let room: PageHub;
  let front: Front;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    front = await openFront(() => room.hub.socketPath);
    cluster.projects = new Map(['alice1', 'bob1', 'ada1'].map((account) => [account, ['zam']]));
    room = await startPageHub({ url: front.url, cluster, limits: { startsAtOnce: 1 } });
    for (const userName of ['bob', 'ada', 'alice']) {
      await room.servers.start({ userName, name: 'mine', site: 'cluster', template: 'jupyterlab', choices: CHOICES });
    }
    await cluster.untilCame(1);
    browser = await launchBrowser();
    ({ context } = await openWindow(browser));
    page = await context.newPage();
    await signIn(page, front.url, 'alice', 'password of alice');
  });

  afterAll(async () => {
    await browser?.close();
    const closed = room?.close();
    while (cluster.open.length > 0) cluster.takeNext();
    await closed;
    front?.close();
  });

  test('Its page and the home page say its place, fit a phone in light and dark, and are wholly German in German', async () => {
    for (const path of ['/hub/servers/mine', '/hub/home']) {
      await page.goto(front.url + path);
      await page.getByText('Waiting for its turn at the hub: place 2.').waitFor();
      expect(await findFaultsOnPhone(context, front.url + path)).toEqual([]);
    }
  });

  test('Its place moves up on the page without a reload, until it is handed over', async () => {
    await page.goto(`${front.url}/hub/servers/mine`);
    await page.getByText('place 2.').waitFor();
    await page.evaluate(() => Object.assign(window, { isSamePage: true }));
    cluster.takeNext();
    await page.getByText('place 1.').waitFor();
    await cluster.untilCame(2);
    cluster.takeNext();
    await page.getByText('The job is being handed to the site.').waitFor();
    expect(await page.getByText(/place \d/).isVisible()).toBe(false);
    await cluster.untilCame(3);
    cluster.takeNext();
    await page.getByText('In the queue', { exact: true }).first().waitFor();
    expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
  });
});
