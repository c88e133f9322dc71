import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, runOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser, openWindow } from './browser.js';
import { Lab } from './lab.js';
import { fillIn, openForm, signIn, startServer, waitUntilEnded } from './person.js';

const CLUSTER = 'juhub-stories';

describe.skipIf(!canMakeCluster().ok)('A person and a real cluster', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  let browser: Browser;

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    juhub = await startJuhub(cluster, { users: ['alice', 'bob'] });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await juhub?.stop();
    await downCluster(CLUSTER);
  });

  const onLogin = (...argv: string[]) => runOn(cluster, 'login', argv, { user: 'alice' });
  const queueOfAlice = () => onLogin('squeue', '--noheader', '--user=alice');

  async function enter(name: string): Promise<{ page: Page; complaints: string[] }> {
    const { context, complaints } = await openWindow(browser);
    const page = await context.newPage();
    await signIn(page, juhub.url, name, juhub.passwords[name] ?? '');
    return { page, complaints };
  }

  test('Alice goes from the form to a cell that sees two GPUs, moves a slider, and leaves nothing behind', async () => {
    const { page, complaints } = await enter('alice');
    await startServer(page, { nodeType: 'gpus', gpus: 2, minutes: 30 });
    await page.waitForURL('**/user/alice/default/lab**', { timeout: 60_000 });

    const lab = new Lab(page);
    await lab.openNotebook();
    const devices = await lab.run('import os, socket; print(socket.gethostname(), os.environ["CUDA_VISIBLE_DEVICES"])');
    expect((await devices.innerText()).trim()).toBe('gpu1 0,1');

    const slider = await lab.run('import ipywidgets; level = ipywidgets.IntSlider(value=3); level');
    const handle = slider.locator('.noUi-handle');
    await handle.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const moved = await lab.run('print(level.value)');
    expect((await moved.innerText()).trim()).toBe('5');

    expect(await queueOfAlice()).toContain('juhub-');
    await page.goto(`${juhub.url}/hub/servers/default`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await waitUntilEnded(page);
    expect(await page.getByText('You stopped it.').first().isVisible()).toBe(true);
    expect(await queueOfAlice()).toBe('');
    expect(await onLogin('ls', '-A', '/home/alice/.juhub/servers')).toBe('');
    expect(readdirSync(path.join(juhub.stateDir, 'tunnels'))).toEqual([]);
    await page.goto(`${juhub.url}/user/alice/default/lab`);
    await page.getByText('not running').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('A server on the login node needs no job, and a second server of the same person runs beside it', async () => {
    const { page } = await enter('alice');
    await startServer(page, { nodeType: 'Login node', minutes: 30, name: 'here' });
    await page.waitForURL('**/user/alice/here/lab**', { timeout: 60_000 });
    await new Lab(page).openNotebook();
    expect(await queueOfAlice()).toBe('');

    await startServer(page, { nodeType: 'batch', minutes: 30, name: 'there' });
    await page.waitForURL('**/user/alice/there/lab**', { timeout: 60_000 });
    await page.goto(`${juhub.url}/hub/home`);
    expect(await page.getByRole('link', { name: /^Open/ }).count()).toBe(2);
    for (const name of ['here', 'there']) {
      await page.goto(`${juhub.url}/hub/servers/${name}`);
      await page.getByRole('button', { name: 'Stop' }).click();
      await waitUntilEnded(page);
    }
    expect(await onLogin('sh', '-c', 'pgrep -u alice -f [j]upyter-lab || true')).toBe('');
  });

  test('Bob cannot pass to the server of Alice, neither with his session nor without one', async () => {
    const { page } = await enter('alice');
    await startServer(page, { nodeType: 'batch', minutes: 30, name: 'mine' });
    await page.waitForURL('**/user/alice/mine/lab**', { timeout: 60_000 });
    const bob = await enter('bob');
    const refused = await bob.page.goto(`${juhub.url}/user/alice/mine/lab`);
    expect([403, 404]).toContain(refused?.status());
    const stranger = await (await openWindow(browser)).context.newPage();
    await stranger.goto(`${juhub.url}/user/alice/mine/lab`);
    expect(stranger.url()).toContain('/hub/sign-in');
    const socketOpened = await bob.page.evaluate(
      (address) =>
        new Promise((resolve) => {
          const socket = new WebSocket(address);
          socket.onopen = () => resolve(true);
          socket.onerror = () => resolve(false);
        }),
      `${juhub.url.replace('http', 'ws')}/user/alice/mine/api/events/subscribe`,
    );
    expect(socketOpened).toBe(false);

    // A copy of Alice's cookies is worth nothing once she has signed out.
    const thief = (await openWindow(browser)).context;
    await thief.addCookies(await page.context().cookies());
    const stolen = await thief.newPage();
    expect((await stolen.goto(`${juhub.url}/user/alice/mine/api/status`))?.status()).toBe(200);
    await page.goto(`${juhub.url}/hub/home`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/hub/sign-in**');
    await expect
      .poll(async () => (await stolen.goto(`${juhub.url}/user/alice/mine/api/status`))?.url(), { timeout: 10_000 })
      .toContain('/hub/sign-in');
    await signIn(page, juhub.url, 'alice', juhub.passwords.alice ?? '');
    await page.goto(`${juhub.url}/hub/servers/mine`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await waitUntilEnded(page);
  });

  test('What sbatch refuses is shown in its own words, and nothing is left behind', async () => {
    const { page } = await enter('alice');
    await openForm(page, 'devel');
    // The partition closes after the form was made: only sbatch knows.
    const set = (state: string) =>
      execOn(cluster, 'login', ['scontrol', 'update', 'PartitionName=devel', `State=${state}`]);
    await set('drain');
    try {
      await fillIn(page, { nodeType: 'devel', minutes: 30, name: 'refused' });
      await waitUntilEnded(page);
      expect(
        await page
          .getByText(/Required partition not available/)
          .first()
          .isVisible(),
      ).toBe(true);
    } finally {
      await set('up');
    }
    expect(await onLogin('ls', '-A', '/home/alice/.juhub/servers')).toBe('');
  });

  test('What a person asks for beyond the limits is refused with words that say what is allowed, and nothing is left', async () => {
    const { page } = await enter('alice');
    const refusals: [Parameters<typeof startServer>[1], RegExp][] = [
      [{ nodeType: 'devel', minutes: 300 }, /120 minutes|2 hours/],
      [{ nodeType: 'gpus', gpus: 5, minutes: 30 }, /4/],
      [{ nodeType: 'batch', minutes: 30, name: 'a;$(touch x)' }, /lower-case letters/],
      [{ nodeType: 'batch', minutes: 60, qos: 'short' }, /30 minutes/],
    ];
    for (const [choices, words] of refusals) {
      await startServer(page, choices);
      const summary = page.getByRole('alert');
      await summary.waitFor();
      expect(await summary.innerText()).toMatch(words);
    }
    expect(await queueOfAlice()).toBe('');
    expect(await onLogin('ls', '-A', '/home/alice/.juhub/servers')).toBe('');
  });
});
