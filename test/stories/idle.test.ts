import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, runOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser, openWindow } from './browser.js';
import { Lab } from './lab.js';
import { signIn, startServer, waitUntilEnded } from './person.js';

const CLUSTER = 'juhub-idle';
/** 24 seconds, of which the second half is warned of. */
const IDLE = 'idle: { minutes: 0.4 }';
const WITHIN = { timeout: 60_000 };

/** Real JupyterLabs that nobody uses, on a site that ends such servers. */
describe.skipIf(!canMakeCluster().ok)('A server that nobody uses', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    juhub = await startJuhub(cluster, { users: ['alice'], moreSiteLines: [IDLE] });
    browser = await launchBrowser();
    const { context } = await openWindow(browser);
    page = await context.newPage();
    await signIn(page, juhub.url, 'alice', juhub.passwords.alice ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await juhub?.stop();
    await downCluster(CLUSTER);
  });

  const progressOf = (name: string) => `${juhub.url}/hub/servers/${name}`;

  const waitForState = (word: string) => page.locator('[data-state]').getByText(word, { exact: true }).waitFor();

  /** Starts a server whose kernel computes until it is released, and leaves it. @returns how to release it */
  async function leaveComputing(name: string): Promise<() => Promise<unknown>> {
    await startServer(page, { nodeType: 'batch', minutes: 30, name });
    await page.waitForURL(`**/user/alice/${name}/lab**`, WITHIN);
    const lab = new Lab(page);
    await lab.openNotebook();
    await lab.run('import os, time; print("begun", flush=True)\nwhile not os.path.exists("release"): time.sleep(0.1)');
    return () => runOn(cluster, 'login', ['touch', '/home/alice/release'], { user: 'alice' });
  }

  test('is warned of on its page, kept by the button there, and ended; a busy one is not, until its kernel is done', async () => {
    const release = await leaveComputing('computing');
    await startServer(page, { nodeType: 'batch', minutes: 30, name: 'unused' });
    await page.goto(progressOf('unused'));
    const warning = page.getByText('“unused” has not been used since');
    await warning.waitFor(WITHIN);
    expect(await page.title()).toBe('Ends soon, unused: unused · juhub');
    await page.getByRole('button', { name: 'I am still working' }).click();
    await page.locator('[data-state="ready"]').waitFor();
    await warning.waitFor({ state: 'hidden' });
    await warning.waitFor(WITHIN);
    await waitUntilEnded(page);
    await waitForState('Not used');
    await page.locator('.now-sentence').getByText('The hub ended it: nothing had happened for 0.4 minutes.').waitFor();

    await page.goto(progressOf('computing'));
    await page.locator('[data-state="ready"]').waitFor();
    expect(await page.getByText('has not been used since').isVisible()).toBe(false);
    await release();
    await page.getByText('“computing” has not been used since').waitFor(WITHIN);
    await waitUntilEnded(page);
    await waitForState('Not used');
  }, 240_000);
});
