import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, upCluster } from '../cluster/cluster.js';
import { startDaemon, stopDaemon } from '../cluster/faults.js';
import { JUHUB } from '../harness/juhub-folder.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser, openWindow } from './browser.js';
import { findFaults } from './find-faults.js';
import { signIn } from './person.js';

const CLUSTER = 'juhub-admin';
const SITES = '/hub/admin/sites';
/** Slurm's own commands are patient with a slurmctld that is away. */
const WITHIN_MS = 90_000;

/** What an administrator sees of a real site that breaks, and what everybody sees of one that is closed. */
describe.skipIf(!canMakeCluster().ok)('An administrator and a real site', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  let browser: Browser;
  let ada: Page;

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    juhub = await startJuhub(cluster, { users: ['ada', 'alice'], admins: ['ada'] });
    browser = await launchBrowser();
    ada = await (await enter('ada')).newPage();
  });

  afterAll(async () => {
    await browser?.close();
    await juhub?.stop();
    await downCluster(CLUSTER);
  });

  async function enter(name: string): Promise<BrowserContext> {
    const { context } = await openWindow(browser);
    const page = await context.newPage();
    await signIn(page, juhub.url, name, juhub.passwords[name] ?? '');
    await page.close();
    return context;
  }

  /** Tests the site by the button, and waits for what came of it. */
  async function testSite(): Promise<Locator> {
    await ada.goto(juhub.url + SITES);
    const isPage = (method: string, url: string) => method === 'GET' && url.includes(SITES);
    const shown = ada.waitForResponse((answer) => isPage(answer.request().method(), answer.url()), {
      timeout: WITHIN_MS,
    });
    await ada.getByRole('button', { name: 'Check this site' }).click({ timeout: WITHIN_MS });
    await shown;
    const check = ada.locator('[data-check]');
    await check.waitFor();
    return check;
  }

  /** `juhub site check`, as somebody at a shell has it. */
  async function checkByCommand(): Promise<{ exitCode: unknown; stdout: string; stderr: string }> {
    const argv = [JUHUB, 'site', 'check', 'cluster', '--json', '--config', juhub.configFile];
    return promisify(execFile)(process.execPath, argv).then(
      (end) => ({ exitCode: 0, ...end }),
      ({ code, stdout, stderr }) => ({ exitCode: code, stdout, stderr }),
    );
  }

  async function makeToken(page: Page, use: string): Promise<string> {
    await page.goto(`${juhub.url}/hub/tokens`);
    await page.getByLabel('What it is for').fill('nightly test');
    await page.getByLabel('Good for').selectOption(use);
    await page.getByRole('button', { name: 'Make the token' }).click();
    return (await page.locator('.token-secret').textContent()) ?? '';
  }

  const stepsOf = async (check: Locator, ok: boolean) =>
    (await check.locator(`[data-step-ok="${ok}"] strong`).allTextContents()).map((text) => text.split(':')[0]);

  /** What axe-core has against the page that is open, in both colours. */
  async function expectNoFaults(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await ada.emulateMedia({ colorScheme });
      expect(await findFaults(ada)).toEqual([]);
    }
  }

  test('The self-test of a site that works goes the whole way, to the scheduler', async () => {
    const check = await testSite();
    await check.getByText('The whole way works, as juhub.').waitFor();
    await check.getByText('All steps').click();
    await check.getByText(/Slurm answered: .*gpus/).waitFor();
    expect(await stepsOf(check, true)).toEqual([
      'Name',
      'Keys of the hub',
      'Port',
      'Host key',
      'Login',
      'Command',
      'File system',
      'Tunnel',
      'Scheduler',
    ]);
    await ada.getByText(/^juhub connected/).waitFor();
    await expectNoFaults();
  });

  test('It names the scheduler while slurmctld is stopped, though one gets in', async () => {
    await stopDaemon(cluster, 'login', 'slurmctld');
    try {
      const check = await testSite();
      await check.getByText('The way does not work, as juhub: Scheduler.').waitFor();
      expect(await stepsOf(check, false)).toEqual(['Scheduler']);
      await check.getByText('slurmctld may be down').waitFor();
    } finally {
      await startDaemon(cluster, 'login', 'slurmctld');
    }
  });

  test('It names the port while sshd is stopped, and is good again as soon as it runs', async () => {
    await stopDaemon(cluster, 'login', 'sshd');
    try {
      const check = await testSite();
      await check.getByText('The way does not work, as juhub: Port.').waitFor();
      expect(await stepsOf(check, false)).toEqual(['Port']);
      await check.getByText('its sshd is not running').waitFor();
      await expectNoFaults();
      const { exitCode, stdout, stderr } = await checkByCommand();
      expect([exitCode, stderr]).toEqual([1, 'juhub: The way to cluster does not work as juhub: Port.\n']);
      expect(JSON.parse(stdout).steps.at(-1)).toMatchObject({ step: 'port', ok: false });
    } finally {
      await startDaemon(cluster, 'login', 'sshd');
    }
    await (await testSite()).getByText('The whole way works, as juhub.').waitFor();
  });

  test('A token for the administration, made on the page, tests the site over the API, and one of alice does not', async () => {
    const tokenOfAda = await makeToken(ada, 'the administration of this hub');
    const alice = await (await enter('alice')).newPage();
    const tokenOfAlice = await makeToken(alice, 'everything with my servers');
    const ask = (token: string) =>
      fetch(`${juhub.url}/hub/api/admin/sites/cluster/check`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ account: 'alice' }),
      });
    expect((await ask(tokenOfAlice)).status).toBe(403);
    const found = await (await ask(tokenOfAda)).json();
    expect(found).toMatchObject({ site: 'cluster', account: 'alice', ok: true });
    await ada.goto(juhub.url + SITES);
    await ada.getByText('The whole way works, as alice.').waitFor();
  });

  test('A maintenance that is begun from there closes the site in the form, until it is ended', async () => {
    const alice = await (await enter('alice')).newPage();
    const start = alice.getByRole('button', { name: 'Start', exact: true });
    await alice.goto(`${juhub.url}/hub/start`);
    expect(await start.isEnabled()).toBe(true);

    await ada.goto(juhub.url + SITES);
    await ada.getByRole('link', { name: /^Close Test cluster/ }).click();
    await ada.getByLabel('Text in English').first().fill('The disks are exchanged.');
    await ada.getByRole('button', { name: 'Begin the maintenance' }).click();
    await ada.getByRole('button', { name: 'End the maintenance of Test cluster' }).waitFor();

    await alice.reload();
    await alice.getByText('The disks are exchanged.').waitFor();
    await alice.getByText('Nothing can be started on Test cluster now').first().waitFor();
    expect(await start.isEnabled()).toBe(false);
    await ada.goto(juhub.url + SITES);
    await ada.getByText('The disks are exchanged.').first().waitFor();
    await expectNoFaults();

    await ada.getByRole('link', { name: /^End the maintenance of Test cluster/ }).click();
    await ada.getByRole('button', { name: 'End the maintenance of Test cluster' }).click();
    await ada.getByText('No site is under maintenance.').waitFor();
    await alice.goto(`${juhub.url}/hub/start`);
    expect(await start.isEnabled()).toBe(true);
  });
});
