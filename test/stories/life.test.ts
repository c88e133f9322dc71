import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, runOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser, openWindow } from './browser.js';
import { Lab } from './lab.js';
import { type FormChoices, signIn, startServer, waitUntilEnded } from './person.js';

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
    const reservation = ['reservation=course', 'starttime=now', 'duration=60', 'nodes=cn2', 'users=alice'];
    await execOn(cluster, 'login', ['scontrol', 'create', ...reservation]);
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

  const onLogin = (...argv: string[]) => runOn(cluster, 'login', argv, { user: 'bob' });

  /** A job of somebody else that takes all GPUs, or waits for them. */
  async function takeAllGpus(): Promise<void> {
    const words = ['sbatch', '--parsable', '--output=/dev/null', '--partition=gpus', '--gres=gpu:4', '--time=30'];
    blockers.push(await onLogin(...words, '--wrap=sleep 900'));
  }

  async function cancel(): Promise<void> {
    await page.getByRole('button', { name: 'Cancel' }).click();
    await waitUntilEnded(page);
    await sentenceOf(page).getByText('You stopped it.').waitFor();
  }

  async function inGerman(window = page): Promise<void> {
    await window.getByRole('button', { name: 'Deutsch' }).click();
  }

  async function inEnglish(window = page): Promise<void> {
    await window.getByRole('button', { name: 'English' }).click();
  }

  const progressOf = (name: string) => `${juhub.url}/hub/servers/${name}`;

  /** Starts a server and looks at its progress, without being led on to it. @returns the id of its job */
  async function startAndLook(choices: FormChoices & { readonly name: string }): Promise<string> {
    await startServer(page, choices);
    await page.goto(progressOf(choices.name));
    const jobId = page.locator('[data-bind="jobId"]');
    await jobId.getByText(/^\d+$/).waitFor({ timeout: 30_000 });
    return jobId.innerText();
  }

  const readExpectedStart = async () =>
    Date.parse((await page.locator('[data-time="expectedStart.iso"]').getAttribute('datetime')) ?? '');

  test('A job whose run time is cut short says so while it runs, and warns of its end', async () => {
    const jobId = await startAndLook({ nodeType: 'batch', minutes: 30, name: 'short' });
    // The job script asks for its end when the server starts; what comes later is between Slurm and the hub.
    await page.getByRole('link', { name: 'Open' }).waitFor({ timeout: 60_000 });
    await execOn(cluster, 'login', ['scontrol', 'update', `JobId=${jobId}`, 'TimeLimit=1']);
    await page.getByText('“short” ends in less than 5 minutes. Save your work.').waitFor({ timeout: 60_000 });
  });

  test('A job in a reservation waits for its nodes', async () => {
    const others = ['sbatch', '--output=/dev/null', '--reservation=course', '--exclusive', '--wrap=sleep 900'];
    await execOn(cluster, 'login', others, { user: 'alice' });
    await page.goto(`${juhub.url}/hub/start?partition=batch&reservation=course&minutes=30&name=course`);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('Resources', { exact: true }).waitFor({ timeout: 40_000 });
    await execOn(cluster, 'login', ['scontrol', 'update', 'reservation=course', 'endtime=now+1second']);
  });

  test('A job that waits says why and at which place, moves up when another leaves, and is cancelled', async () => {
    await takeAllGpus();
    await takeAllGpus();
    const jobId = await startAndLook({ nodeType: 'gpus', gpus: 1, minutes: 30, name: 'waiting' });
    await page.getByText('Number 2 of the 2 jobs that wait for gpus, by priority.').waitFor({ timeout: 40_000 });
    await page.getByText(/The job waits for its turn/).waitFor();
    await page.getByText('Priority', { exact: true }).waitFor();
    await page.getByText('Expected start, as the scheduler guesses now:').waitFor({ timeout: 40_000 });
    const expected = await readExpectedStart();
    await inGerman();
    await page.getByText('Nummer 2 der 2 Jobs, die auf gpus warten, nach Priorität.').waitFor();
    await inEnglish();
    await onLogin('scancel', blockers.at(-1) ?? '');
    await page.getByText('It is the only job that waits for gpus.').waitFor({ timeout: 60_000 });
    await expect.poll(readExpectedStart, { timeout: 60_000, interval: 500 }).toBeLessThan(expected);
    await cancel();
    expect((await onLogin('squeue', '--noheader', '--user=alice', '--format=%i')).split('\n')).not.toContain(jobId);
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

  test('A job that runs counts its time down, shows its log as it grows and what it uses, and says that its memory did not suffice', async () => {
    await startServer(page, { nodeType: 'batch', minutes: 30, name: 'hungry' });
    await page.waitForURL('**/user/alice/hungry/lab**', { timeout: 60_000 });
    const lab = new Lab(page);
    await lab.openNotebook();
    await lab.run('kept = bytearray(300 * 1024 ** 2); print(len(kept))');

    const window = await page.context().newPage();
    await window.goto(progressOf('hungry'));
    const countdown = window.locator('[data-countdown]');
    await countdown.getByText(/^2[89] min/).waitFor();
    const first = await countdown.innerText();
    await expect.poll(() => countdown.innerText()).not.toBe(first);

    await window.getByRole('link', { name: 'Log and usage' }).click();
    await window.getByText(/The server answers on cn\d:\d+/).waitFor();
    await window.getByText(/of 1 core busy on average/).waitFor();
    await expect.poll(() => readMemoryMib(window), { timeout: 30_000, interval: 1000 }).toBeGreaterThan(300);
    const said = `said at ${Date.now()}`;
    // The standard output of the server is the job's; that of the kernel goes to the notebook.
    await lab.runQuietly(`import os\nwith open(f"/proc/{os.getppid()}/fd/1", "a") as log: print("${said}", file=log)`);
    await window.bringToFront();
    await window.getByText(said).waitFor({ timeout: 20_000 });
    expect(await window.content()).not.toMatch(/[0-9a-f]{64}/);

    // Two thousand MiB are what a core has there.
    await lab.runQuietly(
      'more = bytearray(2600 * 1024 ** 2)\nfor at in range(0, len(more), 4096): more[at] = 1\nimport time; time.sleep(60)',
    );
    await window.bringToFront();
    await window.getByText('The last lines, as they were at the end.').waitFor({ timeout: 60_000 });
    await window.getByText(said).waitFor();
    await window.goto(progressOf('hungry'));
    await sentenceOf(window)
      .getByText(/^The server used more memory than its job had/)
      .waitFor();
    await window.getByText('Out of memory', { exact: true }).first().waitFor();
    await window.getByText(said).waitFor();
    await inGerman(window);
    await sentenceOf(window)
      .getByText(/^Der Server hat mehr Speicher gebraucht, als sein Job hatte/)
      .waitFor();
    await window.getByText('Speicher reichte nicht', { exact: true }).first().waitFor();
    await inEnglish(window);
    await window.close();
  }, 240_000);

  test('A job that was cancelled by hand on the cluster says so, in both languages', async () => {
    const jobId = await startAndLook({ nodeType: 'devel', minutes: 30, name: 'by-hand' });
    await execOn(cluster, 'login', ['scancel', jobId], { user: 'alice' });
    await waitUntilEnded(page);
    await sentenceOf(page).getByText('The job was cancelled on the cluster, by you or by an administrator.').waitFor();
    await inGerman();
    await sentenceOf(page).getByText('Der Job wurde auf dem Rechner abgebrochen').waitFor();
    await inEnglish();
  });

  test('When its reservation has ended, a job that waited for it says that it will never start', async () => {
    await page.goto(progressOf('course'));
    await sentenceOf(page).getByText('This job will never start.').waitFor({ timeout: 60_000 });
    await page.getByText('Its reservation does not exist any more.').waitFor();
    await page.getByText('Cancel it and start without the reservation.').waitFor();
    await cancel();
  });

  test('When the run time is over the server says so with the end of its log, and is started again with the same choices', async () => {
    await page.goto(progressOf('short'));
    await waitUntilEnded(page);
    await sentenceOf(page)
      .getByText('The run time that was asked for is over. Start again with a longer one.')
      .waitFor();
    await page.getByText(/DUE TO TIME LIMIT/).waitFor();
    await page.getByRole('link', { name: 'Start again with the same choices' }).click();
    expect(await page.getByRole('radio', { name: 'batch', exact: true }).isChecked()).toBe(true);
    expect(await page.getByLabel('minutes', { exact: true }).inputValue()).toBe('30');
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('short');
  });
});

/** Where the page says what is, or why it ended. */
function sentenceOf(page: Page): Locator {
  return page.locator('[data-bind="sentence"]');
}

/** What the page says that the job uses now, in MiB. */
async function readMemoryMib(page: Page): Promise<number> {
  const [, amount, unit] = /([\d.]+) ([MG])iB now/.exec(await page.locator('[data-facts]').innerText()) ?? [];
  return Number(amount) * (unit === 'G' ? 1024 : 1);
}
