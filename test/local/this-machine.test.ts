import { existsSync, readdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixture } from '../../packages/proxy/test/support/start-command.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { WebClient } from '../harness/web-client.js';
import { launchBrowser, openWindow } from '../stories/browser.js';
import { signIn, startServer } from '../stories/person.js';

const hasJupyter = ['jupyter-lab', 'jupyter-notebook'].some((program) => existsSync(`/usr/bin/${program}`));
const me = userInfo().username;
const FOLDERS = path.join(homedir(), '.juhub/servers');

describe.skipIf(!hasJupyter)('A site that is this machine itself', () => {
  let juhub: RunningJuhub;
  let client: WebClient;

  beforeAll(async () => {
    juhub = await startJuhub(undefined, { users: [me] });
    client = new WebClient(juhub.url);
    await client.signIn(me, juhub.passwords[me] ?? '');
  });

  afterAll(() => juhub?.stop());

  const foldersNow = () => (existsSync(FOLDERS) ? readdirSync(FOLDERS) : []);

  test('A real Jupyter starts as a process, answers through the proxy alone, and leaves nothing behind', async () => {
    const before = foldersNow();
    const started = await client.submit('/hub/start', '/hub/start', {
      name: 'local',
      site: 'here',
      template: 'jupyterlab',
      partition: 'login-node',
      minutes: '30',
    });
    expect(started.status).toBe(303);
    await client.waitForState('local', 'ready');

    const answer = await client.open(`/hub/gate?next=/user/${me}/local/api/status`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ kernels: 0 });
    const stranger = await fetch(`${juhub.url}/user/${me}/local/api/status`);
    expect(stranger.status).toBe(401);

    await client.submit('/hub/servers/local', '/hub/servers/local/stop', {});
    await client.waitForState('local', 'ended');
    expect(foldersNow()).toEqual(before);
    const gone = await client.fetch(`/user/${me}/local/api/status`, { headers: { accept: 'application/json' } });
    expect(gone.status).toBe(503);
  });
});

/** In the page of a Jupyter: starts a kernel, and asks it over its WebSocket what it is. */
const ASK_KERNEL = `(async (base) => {
  const kernel = await (await fetch(base + 'api/kernels', { method: 'POST' })).json();
  const socket = new WebSocket('wss://' + location.host + base + 'api/kernels/' + kernel.id + '/channels');
  const header = { msg_id: '1', username: '', session: 's', msg_type: 'kernel_info_request', version: '5.3' };
  return new Promise((resolve, reject) => {
    socket.onclose = ({ code }) => reject(new Error('closed ' + code));
    socket.onopen = () =>
      socket.send(JSON.stringify({ header, parent_header: {}, metadata: {}, content: {}, channel: 'shell' }));
    socket.onmessage = ({ data }) => {
      const said = JSON.parse(data);
      if (said.msg_type === 'kernel_info_reply') resolve(said.content.language_info.name);
    };
  });
})`;

// In this file and not one of its own: both look at the folders of the same account.
describe.skipIf(!hasJupyter || !existsSync('/usr/bin/chromium'))('juhub with a certificate of its own', () => {
  let juhub: RunningJuhub;
  let browser: Browser;

  beforeAll(async () => {
    const pem = fixture('server.pem');
    juhub = await startJuhub(undefined, { users: [me], tls: { certificate: pem, key: pem } });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await juhub?.stop();
  });

  test('A person signs in, starts a real Jupyter and talks to its kernel, all of it by HTTP/2', async () => {
    const { context, complaints } = await openWindow(browser, { ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await signIn(page, juhub.url, me, juhub.passwords[me] ?? '');
    await startServer(page, { nodeType: 'Login node', minutes: 30 });
    await page.waitForURL(`**/user/${me}/default/**`, { timeout: 60_000 });
    const protocols = await page.evaluate(
      `performance.getEntries().flatMap(({ nextHopProtocol }) => (nextHopProtocol ? [nextHopProtocol] : []))`,
    );
    expect(new Set(protocols as string[])).toEqual(new Set(['h2']));
    expect(await page.evaluate(`${ASK_KERNEL}('/user/${me}/default/')`)).toBe('python');

    const cookies = await context.cookies();
    expect(cookies.filter(({ name }) => name.startsWith('juhub')).map(({ secure }) => secure)).not.toContain(false);
    expect(complaints).toEqual([]);

    await page.goto(`${juhub.url}/hub/servers/default`);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('[data-state="ended"]').waitFor({ timeout: 60_000 });
    // 200 is the answer to a WebSocket over HTTP/2; over HTTP/1.1 it would have been 101.
    const webSockets = juhub.output().match(/^.*"kind":"websocket".*$/gm) ?? [];
    expect(webSockets.length).toBeGreaterThan(0);
    expect(webSockets.filter((line) => !line.includes('"status":200'))).toEqual([]);
  });
});
