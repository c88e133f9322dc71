import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ago, ahead } from '../../packages/hub/test/pages/examples.js';
import { type PageHub, startPageHub } from '../../packages/hub/test/pages/start-page-hub.js';
import { launchBrowser } from './browser.js';
import { findEnglish } from './find-english.js';
import { findFaultsOnPhone } from './find-faults.js';
import { type Front, openFront } from './front.js';
import { signIn } from './person.js';

/** The real pages in a real browser, in front of a fake cluster: what no job on a real one can be made to show at will. */
describe('The pages in a browser', () => {
  let room: PageHub;
  let front: Front;
  let browser: Browser;
  let url: string;
  let context: BrowserContext;

  beforeAll(async () => {
    front = await openFront(() => room.hub.socketPath);
    url = front.url;
    room = await startPageHub({ url });
    browser = await launchBrowser();
    context = await browser.newContext();
    await enter(context);
    await putServers();
  });

  afterAll(async () => {
    await browser?.close();
    front?.close();
    await room?.close();
  });

  async function enter(window: BrowserContext, name = 'alice'): Promise<Page> {
    const page = await window.newPage();
    await signIn(page, url, name, 'password of alice');
    return page;
  }

  async function putServers(): Promise<void> {
    await room.putServer({ name: 'running', endsAt: ahead(9e8) });
    await room.putServer({ name: 'nearly-over', endsAt: new Date(Date.now() + 240_000) });
    await room.putServer({ name: 'waiting', state: 'queued', pendingReason: 'Resources', expectedStartAt: ahead(9e8) });
    await room.putServer({ name: 'away', unreachableSince: ago(60), unreachableReason: 'login1 does not answer.' });
    const end = {
      endReason: 'out-of-memory',
      endMessage: 'Too much memory.',
      exitCode: '0:9',
      logTail: 'line\n'.repeat(99),
    };
    await room.putServer({ name: 'ended', state: 'ended', ...end, endedAt: ago(60) });
  }

  test.each([
    '/hub/home',
    '/hub/start',
    '/hub/start?partition=login-node',
    '/hub/start?partition=gpus&gpus=9&minutes=999',
    '/hub/servers/running',
    '/hub/servers/nearly-over',
    '/hub/servers/running/log',
    '/hub/servers/ended/log',
    '/hub/servers/waiting',
    '/hub/servers/away',
    '/hub/servers/ended',
    '/hub/tokens',
    '/hub/nowhere',
    '/hub/gate?next=/user/bob/default/',
    '/hub/gate?next=/user/alice/ended/',
  ])('%s has no fault that axe-core finds, light and dark, fits a phone, and is German for Germans', async (path) => {
    expect(await findFaultsOnPhone(context, url + path)).toEqual([]);
  });

  test('The same holds for signing in, where nobody is known yet', async () => {
    const stranger = await browser.newContext();
    expect(await findFaultsOnPhone(stranger, `${url}/hub/sign-in?next=/hub/start`)).toEqual([]);
    await stranger.close();
  });

  test('English on a German page would be found: its text, and what is read out', async () => {
    const page = await context.newPage();
    await page.setExtraHTTPHeaders({ 'accept-language': 'de' });
    await page.goto(`${url}/hub/home`);
    await page.evaluate(`document.body.innerHTML = '<p title="Time left"> My\\nservers <b>5 min ago</b></p>'`);
    const found = (await findEnglish(page)).map((words) => words.replace(/^[\w.]+: /, ''));
    expect(found).toEqual(['My servers', '5 min ago', 'Time left']);
    await page.close();
  });

  test('With the keyboard alone one starts a server, and the problems of a refused form get the focus', async () => {
    const page = await context.newPage();
    await page.goto(`${url}/hub/start?name=by-keyboard&gpus=9`);
    await page.getByRole('radio', { name: 'batch', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('radio', { name: 'gpus', exact: true }).isChecked()).toBe(true);
    const gpus = page.getByLabel('GPUs per node');
    expect(await gpus.getAttribute('aria-invalid')).toBe('true');
    await gpus.press('Enter');
    const summary = page.getByRole('alert');
    await summary.waitFor();
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await gpus.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('2');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/hub/servers/by-keyboard?open=1');
    expect((await room.records.find('alice', 'by-keyboard'))?.choices).toMatchObject({ partition: 'gpus', gpus: 2 });
    await page.close();
  });

  test('The fields follow the node type: a node type without GPUs asks for none, the login node for no project', async () => {
    const page = await context.newPage();
    await page.goto(`${url}/hub/start?partition=gpus`);
    expect(await page.getByText('0 to 4 per node on gpus.').isVisible()).toBe(true);
    await page.getByRole('radio', { name: 'batch', exact: true }).check();
    expect(await page.getByLabel('GPUs per node').isVisible()).toBe(false);
    expect(await page.getByText('Up to 24 h on batch.').isVisible()).toBe(true);
    await page.getByRole('radio', { name: 'Login node' }).check();
    expect(await page.getByLabel('Project').isVisible()).toBe(false);
    await page.close();
  });

  test('The expected start is asked for again while its answer is on its way, and a hub that is away is no reason not to start', async () => {
    const page = await context.newPage();
    const expected = page.getByRole('region', { name: 'Expected start' });
    let late = 2;
    await page.route('**/hub/start/expected', (route) => {
      late -= 1;
      return late < 0
        ? route.continue()
        : route.fulfill({ status: 202, headers: { 'Retry-After': '0' }, body: 'late' });
    });
    await page.goto(`${url}/hub/start`);
    await expected.getByText('Now', { exact: true }).waitFor();
    expect(late).toBe(-1);

    await page.unroute('**/hub/start/expected');
    await page.route('**/hub/start/expected', (route) => route.abort());
    await page.getByLabel('hours').fill('1');
    await expected.getByText('It could not be checked now. You can start it all the same.').waitFor();
    await page.close();
  });

  test('The progress page follows the server by itself, and opens it for somebody who came from the form', async () => {
    const { id } = await room.putServer({
      name: 'live',
      state: 'queued',
      pendingReason: 'Priority',
      node: null,
      endsAt: null,
    });
    const [waiting, looking] = [await context.newPage(), await context.newPage()];
    await waiting.goto(`${url}/hub/servers/live?open=1`);
    await looking.goto(`${url}/hub/servers/live`);
    await looking.getByText('higher priority').waitFor();

    await room.records.move(id, {
      to: 'starting',
      cause: 'job-runs',
      message: 'The job runs on gpu1.',
      patch: { node: 'gpu1' },
    });
    await looking.locator('[data-state="starting"]').waitFor();
    await looking.getByText('The job runs on gpu1.').waitFor();
    expect(await looking.getByText('higher priority').isVisible()).toBe(false);
    expect(await looking.title()).toBe('live: Starting · juhub');

    await room.records.move(id, { to: 'ready', cause: 'answered', message: 'Ready.', patch: { endsAt: ahead(9e8) } });
    await waiting.waitForURL('**/user/alice/live/');
    await looking.getByRole('link', { name: 'Open' }).waitFor();
    expect(await looking.getByText('Time left').isVisible()).toBe(true);
    expect(looking.url()).toBe(`${url}/hub/servers/live`);

    const patch = { endReason: 'failed', endMessage: 'It broke.', logTail: '</pre><b>log</b>', endedAt: new Date() };
    await room.records.move(id, { to: 'ended', cause: 'job-over', message: 'It broke.', patch });
    await looking.getByText('</pre><b>log</b>').waitFor();
    await looking.getByRole('link', { name: 'Start again with the same choices' }).waitFor();
    expect(await looking.getByRole('button', { name: 'Stop' }).isVisible()).toBe(false);
    await waiting.close();
    await looking.close();
  });

  test('Fifteen and five minutes before the end the open pages warn by themselves, in banner and title', async () => {
    await room.putServer({ name: 'ending', userName: 'ada', endsAt: new Date(Date.now() + 40 * 60_000) });
    const page = await enter(await browser.newContext(), 'ada');
    await page.clock.install();
    for (const path of ['/hub/home', '/hub/servers/ending']) {
      await page.goto(url + path);
      const warning = page.locator('.run-out[data-name="ending"]');
      const title = await page.title();
      expect(await warning.isVisible()).toBe(false);
      await page.clock.fastForward(26 * 60_000);
      await page.getByText('“ending” ends in less than 15 minutes. Save your work.').waitFor();
      expect(await page.title()).toBe('Less than 15 min: ending · juhub');
      await page.clock.fastForward(10 * 60_000);
      await page.getByText('“ending” ends in less than 5 minutes. Save your work.').waitFor();
      expect(await page.title()).toBe('Less than 5 min: ending · juhub');
      await page.clock.setSystemTime(new Date());
      await warning.waitFor({ state: 'hidden' });
      expect(await page.title()).toBe(title);
    }
    await page.context().close();
  });

  /** Keeps what the page tells the browser to show: what the desktop makes of it is no page's to see. */
  async function openNotified(window: BrowserContext, name: string): Promise<Page> {
    await window.addInitScript(`window.shown = JSON.parse(sessionStorage.getItem('shown') ?? '[]');
      const Real = Notification;
      window.Notification = class extends Real {
        constructor(title, options) {
          super(title, options);
          window.shown.push(options.body);
          sessionStorage.setItem('shown', JSON.stringify(window.shown));
        }
        static requestPermission() {
          window.asked = true;
          return super.requestPermission();
        }
      };`);
    return enter(window, name);
  }

  test('Whoever asks for it is notified when a server is ready and before it ends, each once', async () => {
    const window = await browser.newContext();
    const page = await openNotified(window, 'bob');
    const shown = () => page.evaluate('window.shown');
    const coming = { userName: 'bob', state: 'starting', endsAt: null } as const;
    const { id } = await room.putServer({ ...coming, name: 'told' });
    await page.goto(`${url}/hub/servers/told`);
    const button = page.locator('[data-notify]');
    await button.waitFor();
    expect(await page.evaluate('Notification.permission')).not.toBe('granted');

    await window.grantPermissions(['notifications'], { origin: url });
    await button.click();
    await page.getByRole('button', { name: 'Switch notifications off' }).waitFor();
    await page.clock.install();
    const endsAt = new Date(Date.now() + 40 * 60_000);
    await room.records.move(id, { to: 'ready', cause: 'answered', message: 'Ready.', patch: { endsAt } });
    await page.getByRole('link', { name: 'Open' }).waitFor();
    expect(await shown()).toEqual(['“told” is ready.']);

    await page.clock.fastForward(26 * 60_000);
    await page.getByText('“told” ends in less than 15 minutes.').waitFor();
    await page.reload();
    await page.clock.fastForward(10 * 60_000);
    await page.getByText('“told” ends in less than 5 minutes.').waitFor();
    expect(await shown()).toEqual([
      '“told” is ready.',
      '“told” ends in less than 15 minutes. Save your work.',
      '“told” ends in less than 5 minutes. Save your work.',
    ]);

    await page.getByRole('button', { name: 'Switch notifications off' }).click();
    await button.waitFor({ state: 'hidden' });
    const second = await room.putServer({ ...coming, name: 'untold' });
    await page.goto(`${url}/hub/servers/untold`);
    await page.getByRole('button', { name: 'Notify me' }).waitFor();
    await room.records.move(second.id, { to: 'ready', cause: 'answered', message: 'Ready.' });
    await page.getByRole('link', { name: 'Open' }).waitFor();
    expect(await shown()).toHaveLength(3);
    await window.close();
  });

  test('The home page tells of a server that has become ready since, and a browser without notifications has no button', async () => {
    const window = await browser.newContext();
    await window.grantPermissions(['notifications'], { origin: url });
    const page = await openNotified(window, 'bob');
    const coming = { userName: 'bob', state: 'starting', endsAt: null } as const;
    const { id } = await room.putServer({ ...coming, name: 'homely' });
    await page.goto(`${url}/hub/home`);
    await page.getByRole('button', { name: 'Notify me' }).click();
    await room.records.move(id, { to: 'ready', cause: 'answered', message: 'Ready.' });
    await page.goto(`${url}/hub/home`);
    await page.waitForFunction(`window.shown.includes('“homely” is ready.')`);

    await room.putServer({ ...coming, name: 'still-coming' });
    await page.reload();
    await page.locator('[data-notify]').waitFor();
    await window.addInitScript('delete window.Notification');
    await page.reload();
    await page.getByRole('link', { name: 'Open homely' }).waitFor();
    expect(await page.locator('[data-notify]').isVisible()).toBe(false);
    await window.close();
  });

  test('The browser is asked whether it may notify when the button is pressed, and at no other time', async () => {
    const window = await browser.newContext();
    const page = await openNotified(window, 'bob');
    // As a browser is that was never asked; Chromium without a window says no from the start.
    await window.addInitScript(`Object.defineProperty(Notification, 'permission', { get: () => 'default' })`);
    await room.putServer({ name: 'asking', userName: 'bob', state: 'starting', endsAt: null });
    for (const path of ['/hub/home', '/hub/servers/asking']) {
      await page.goto(url + path);
      const button = page.getByRole('button', { name: 'Notify me' });
      await button.waitFor();
      expect(await page.evaluate('window.asked')).toBeUndefined();
      await button.click();
      await page.waitForFunction('window.asked');
    }
    await window.close();
  });

  test('Without JavaScript one starts a server, sees it come, and is led to it', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await enter(plain);
    await page.goto(`${url}/hub/start?name=plain`);
    await page.getByRole('radio', { name: 'Login node' }).check();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL('**/hub/servers/plain?open=1');
    expect(await page.locator('[data-notify]').isVisible()).toBe(false);
    const row = await room.records.find('alice', 'plain');
    await room.records.move(row?.id ?? '', { to: 'submitted', cause: 'accepted', message: 'Submitted.' });
    await room.records.move(row?.id ?? '', { to: 'ready', cause: 'answered', message: 'Ready.' });
    await page.waitForURL('**/user/alice/plain/', { timeout: 15_000 });
    await plain.close();
  });
});
