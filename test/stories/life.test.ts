import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser, openWindow } from './browser.js';
import { Lab } from './lab.js';
import { signIn, startServer, waitUntilEnded } from './person.js';

const CLUSTER = 'juhub-life';

/** What a person sees of a real job: while it waits, while it runs, and after its end. */
describe.skipIf(!canMakeCluster().ok)('The life of a real job', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  let browser: Browser;
  let page: Page;
  const blockers: string[] = [];

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    juhub = await startJuhub(cluster, { users: ['alice'] });
    browser = await launchBrowser();
    const { context } = await openWindow(browser);
    page = await context.newPage();
    await signIn(page, juhub.url, 'alice', juhub.passwords.alice ?? '');
  });

  afterEach(async () => {
    const left = blockers.splice(0);
    if (left.length > 0) {
      await onLogin('scancel', ...left);
    }
  });

  afterAll(async () => {
    await browser?.close();
    await juhub?.stop();
    await downCluster(CLUSTER);
  });

  const onLogin = async (...argv: string[]) => (await execOn(cluster, 'login', argv, { user: 'bob' })).stdout.trim();

  /** A job of somebody else that takes all GPUs, or waits for them. */
  async function takeAllGpus(): Promise<void> {
    const words = ['sbatch', '--parsable', '--output=/dev/null', '--partition=gpus', '--gres=gpu:4', '--time=30'];
    blockers.push(await onLogin(...words, '--wrap=sleep 900'));
  }

  async function cancel(): Promise<void> {
    await page.getByRole('button', { name: 'Cancel' }).click();
    await waitUntilEnded(page);
    await page.getByText('You stopped it.').first().waitFor();
  }

  async function inGerman(): Promise<void> {
    await page.getByRole('button', { name: 'Deutsch' }).click();
  }

  async function inEnglish(): Promise<void> {
    await page.getByRole('button', { name: 'English' }).click();
  }

  test('A job that waits says why and at which place, moves up when another leaves, and is cancelled', async () => {
    await takeAllGpus();
    await takeAllGpus();
    await startServer(page, { nodeType: 'gpus', gpus: 1, minutes: 30, name: 'waiting' });
    await page.getByText('Number 2 of the 2 jobs that wait for gpus, by priority.').waitFor({ timeout: 40_000 });
    await page.getByText(/The job waits for its turn/).waitFor();
    await page.getByText('Priority', { exact: true }).waitFor();
    await inGerman();
    await page.getByText('Nummer 2 der 2 Jobs, die auf gpus warten, nach Priorität.').waitFor();
    await inEnglish();
    await onLogin('scancel', blockers.at(-1) ?? '');
    await page.getByText('It is the only job that waits for gpus.').waitFor({ timeout: 60_000 });
    await cancel();
  });

  test('A job that can never start says so, and what to do instead', async () => {
    // The partition's limit is lowered after the form was made.
    const setLimit = (limit: string) =>
      execOn(cluster, 'login', ['scontrol', 'update', 'PartitionName=devel', `MaxTime=${limit}`]);
    await page.goto(`${juhub.url}/hub/start`);
    await setLimit('10');
    try {
      await startServer(page, { nodeType: 'devel', minutes: 100, name: 'never' });
      await page.getByText('Cannot start', { exact: true }).waitFor({ timeout: 40_000 });
      await page.getByText('This job will never start.').waitFor();
      await page.getByText('Cancel it and ask for a shorter run time.').waitFor();
      expect(await page.getByText(/^Number \d|only job that waits/).isVisible()).toBe(false);
      await inGerman();
      await page.getByText('Dieser Job wird nie starten.').waitFor();
      await page.getByText('Abbrechen und eine kürzere Laufzeit wählen.').waitFor();
      await inEnglish();
      await cancel();
    } finally {
      await setLimit('02:00:00');
    }
  });

  test('A job that runs counts its time down, shows its log as it grows, and what it uses', async () => {
    await startServer(page, { nodeType: 'batch', minutes: 30, name: 'running' });
    await page.waitForURL('**/user/alice/running/lab**', { timeout: 60_000 });
    const lab = new Lab(page);
    await lab.openNotebook();
    await lab.run('kept = bytearray(300 * 1024 ** 2); print(len(kept))');

    const window = await page.context().newPage();
    await window.goto(`${juhub.url}/hub/servers/running`);
    const countdown = window.locator('[data-countdown]');
    await countdown.getByText(/^2[89] min/).waitFor();
    const first = await countdown.innerText();
    await expect.poll(() => countdown.innerText()).not.toBe(first);

    await window.getByRole('link', { name: 'Log and usage' }).click();
    await window.getByText(/The server answers on cn\d:\d+/).waitFor();
    await window.getByText(/of 1 core busy on average/).waitFor();
    await expect.poll(() => readMemoryMib(window), { timeout: 30_000, interval: 1000 }).toBeGreaterThan(300);
    const said = `said at ${Date.now()}`;
    const log = 'glob.glob(os.path.expanduser("~/.juhub/servers/*/log"))[0]';
    await lab.runQuietly(`import glob, os\nwith open(${log}, "a") as log: print("${said}", file=log)`);
    await window.getByText(said).waitFor({ timeout: 20_000 });
    expect(await window.content()).not.toMatch(/[0-9a-f]{64}/);

    await window.goto(`${juhub.url}/hub/servers/running`);
    await window.getByRole('button', { name: 'Stop' }).click();
    await waitUntilEnded(window);
    await window.getByRole('link', { name: 'Log and usage' }).click();
    await window.getByText('The last lines, as they were at the end.').waitFor();
    await window.getByText(said).waitFor();
    await window.close();
  });

  test('A server that is killed for its memory says so, in both languages', async () => {
    await startServer(page, { nodeType: 'batch', minutes: 30, name: 'hungry' });
    await page.waitForURL('**/user/alice/hungry/lab**', { timeout: 60_000 });
    const lab = new Lab(page);
    await lab.openNotebook();
    // Two thousand MiB are what a core has there.
    await lab.runQuietly(
      'kept = bytearray(2600 * 1024 ** 2)\nfor at in range(0, len(kept), 4096): kept[at] = 1\nimport time; time.sleep(60)',
    );
    await page.goto(`${juhub.url}/hub/servers/hungry`);
    await waitUntilEnded(page);
    await page
      .getByText(/The server used more memory than its job had/)
      .first()
      .waitFor();
    expect(await page.getByText('Out of memory', { exact: true }).first().isVisible()).toBe(true);
    await inGerman();
    await page
      .getByText(/Der Server hat mehr Speicher gebraucht, als sein Job hatte/)
      .first()
      .waitFor();
    await page.getByText('Speicher reichte nicht', { exact: true }).first().waitFor();
    await inEnglish();
  });
});

/** What the page says that the job uses now, in MiB. */
async function readMemoryMib(page: Page): Promise<number> {
  const [, amount, unit] = /([\d.]+) ([MG])iB now/.exec(await page.locator('[data-facts]').innerText()) ?? [];
  return Number(amount) * (unit === 'G' ? 1024 : 1);
}
