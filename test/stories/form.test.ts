import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, runOn, upCluster } from '../cluster/cluster.js';
import { CommandCounter } from '../cluster/command-counter.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser } from './browser.js';
import { findFaults } from './find-faults.js';
import { signIn } from './person.js';

const CLUSTER = 'juhub-form';
const CROWD = 200;
const FILLED_IN = '/hub/start?partition=gpus&gpus=3&minutes=90&account=materials&qos=normal&name=again';
/** The two ways in which the pages differ most. */
const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
] as const;

/** The form before a real scheduler: what it says is what the cluster says. */
describe.skipIf(!canMakeCluster().ok)('The form that starts a server, on a real cluster', () => {
  let cluster: Cluster;
  let commands: CommandCounter;
  let juhub: RunningJuhub;
  let browser: Browser;
  let alice: Page;

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    commands = await CommandCounter.install(cluster);
    // All of it before the hub asks for the first time what is free. A job takes all GPUs for an hour.
    await asAlice('sbatch', '--partition=gpus', '--account=climate', '--gres=gpu:4', '--time=60', '--wrap=sleep 3600');
    await vi.waitUntil(async () => (await listJobs()) === 'RUNNING', { timeout: 20_000, interval: 200 });
    await asRoot('scontrol', 'update', 'NodeName=cn2', 'State=drain', 'Reason=disk');
    const course = ['ReservationName=course', 'Users=alice', 'StartTime=now+6hours', 'Duration=120', 'Nodes=cn1'];
    await asRoot('scontrol', 'create', ...course);
    juhub = await startJuhub(cluster, { users: ['alice', 'bob'] });
    browser = await launchBrowser();
    alice = await enter();
  });

  afterAll(async () => {
    await browser?.close();
    await juhub?.stop();
    await downCluster(CLUSTER);
  });

  const asAlice = (...argv: string[]) => runOn(cluster, 'login', argv, { user: 'alice' });

  const asRoot = async (...argv: string[]) => {
    const { exitCode, stderr } = await execOn(cluster, 'login', argv);
    expect([exitCode, stderr]).toEqual([0, '']);
  };
  const listJobs = () => asAlice('squeue', '--noheader', '--format=%T');

  async function enter(options: BrowserContextOptions = {}, name = 'alice'): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
    await signIn(page, juhub.url, name, juhub.passwords[name] ?? '');
    return page;
  }

  const expectedStart = (page: Page) => page.getByRole('region', { name: 'Expected start' });

  test(`${CROWD} forms that are loaded at the same time cost the cluster one question of each kind`, async () => {
    await commands.forget();
    const loads = Array.from({ length: CROWD }, () => alice.request.get(`${juhub.url}/hub/start`));
    const pages = await Promise.all((await Promise.all(loads)).map((answer) => answer.text()));
    expect(pages.filter((html) => html.includes('id="node-type-gpus"'))).toHaveLength(CROWD);
    expect(await commands.list()).toEqual([
      'alice sacctmgr show user',
      'juhub sacctmgr show qos',
      'juhub scontrol show partition',
      'juhub scontrol show reservation',
      'juhub sinfo',
    ]);
  });

  test('A partition whose GPUs are all taken has none free, and the expected start is told and follows the choice', async () => {
    await alice.goto(`${juhub.url}/hub/start?partition=gpus&gpus=1&minutes=30`);
    const full = alice.locator('.node-type', { has: alice.locator('#node-type-gpus') });
    await full.getByText('0 GPUs free').waitFor();
    await expectedStart(alice).getByText('In about 1 h').waitFor();

    await alice.getByRole('radio', { name: 'batch', exact: true }).check();
    await expectedStart(alice).getByText('Now', { exact: true }).waitFor();
    await alice.getByRole('radio', { name: 'Login node' }).check();
    await expectedStart(alice).getByText('At once').waitFor();
    expect(await listJobs()).toBe('RUNNING');
  });

  test('A drained node is not counted as free, and is not kept secret', async () => {
    await alice.goto(`${juhub.url}/hub/start`);
    const half = alice.locator('.node-type', { has: alice.locator('#node-type-batch') });
    expect(await half.innerText()).toContain('1 of 2 nodes idle');
    expect(await half.innerText()).toContain('1 node down, drained, in maintenance or reserved');
  });

  test('Who may use a reservation can choose it, and is told when it begins; nobody else is asked', async () => {
    await alice.goto(`${juhub.url}/hub/start?partition=batch&minutes=30`);
    const course = await alice.getByRole('option', { name: /^course, from / }).getAttribute('value');
    await alice.getByLabel('Reservation').selectOption(course);
    await expectedStart(alice).getByText('In about 6 h').waitFor();

    const bob = await enter({}, 'bob');
    await bob.goto(`${juhub.url}/hub/start`);
    expect(await bob.getByLabel('Quality of service').count()).toBe(1);
    expect(await bob.getByLabel('Reservation').count()).toBe(0);
    await bob.context().close();
  });

  test('What Slurm would never take is told before it is asked for', async () => {
    await alice.goto(`${juhub.url}/hub/start?partition=devel&minutes=300`);
    await expectedStart(alice).getByText('Never like this').waitFor();
    expect(await expectedStart(alice).innerText()).toMatch(/2 h|120/);
  });

  test('Without JavaScript the same is told on a press of a button, and what was filled in stays', async () => {
    const page = await enter({ javaScriptEnabled: false });
    await page.goto(juhub.url + FILLED_IN);
    await page.getByRole('button', { name: 'Check the start time' }).click();
    await expectedStart(page).getByText('In about 1 h').waitFor();
    await expectFilledIn(page);
    expect(await listJobs()).toBe('RUNNING');
    await page.context().close();
  });

  test('A link opens the form filled in, and the form makes the link', async () => {
    await alice.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: juhub.url });
    await alice.goto(juhub.url + FILLED_IN);
    await expectFilledIn(alice);
    await alice.getByLabel('GPUs per node').fill('2');
    await alice.getByRole('link', { name: 'Copy link to this choice' }).click();
    await alice.getByText('Link copied').waitFor();
    const link = await alice.evaluate(() => navigator.clipboard.readText());
    await alice.goto(link);
    expect(await alice.getByLabel('GPUs per node').inputValue()).toBe('2');
    expect(await alice.getByLabel('Project').inputValue()).toBe('materials');
  });

  async function expectFilledIn(page: Page): Promise<void> {
    expect(await page.getByRole('radio', { name: 'gpus', exact: true }).isChecked()).toBe(true);
    expect(await page.getByLabel('GPUs per node').inputValue()).toBe('3');
    expect(await page.getByLabel('hours').inputValue()).toBe('1');
    expect(await page.getByLabel('minutes', { exact: true }).inputValue()).toBe('30');
    expect(await page.getByLabel('Project').inputValue()).toBe('materials');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('again');
  }

  test('In German all of it is German, and axe-core finds nothing in light on a wide screen and in dark on a phone', async () => {
    const context = await browser.newContext({ locale: 'de', storageState: await alice.context().storageState() });
    const page = await context.newPage();
    for (const { width, colorScheme } of LOOKS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.goto(`${juhub.url}/hub/start?partition=gpus&gpus=1&minutes=30`);
      await page.getByText('In etwa 1 h').waitFor();
      expect(await page.getByText('0 GPUs frei').isVisible()).toBe(true);
      expect(await findFaults(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    expect(await page.locator('main').innerText()).not.toMatch(/\b(nodes|free|the|and|of|run)\b/i);
    await context.close();
  });
});
