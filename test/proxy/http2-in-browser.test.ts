import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startBackend } from '../../packages/proxy/test/support/backend.js';
import { serverPair } from '../../packages/proxy/test/support/start-command.js';
import {
  aliceCookieName,
  aliceRoute,
  makeFolder,
  signToken,
  startTestProxy,
} from '../../packages/proxy/test/support/test-proxy.js';
import { acceptWebSockets, echo } from '../../packages/proxy/test/support/web-socket.js';
import { launchBrowser, openWindow } from '../stories/browser.js';

const pieces = 40;
const prefix = '/user/alice/default/';
const page = `<!doctype html><title>A page like JupyterLab's</title>
${Array.from({ length: pieces }, (_none, index) => `<script src="static/${index}.js"></script>`).join('\n')}
<script>
window.channels = [];
window.openChannel = (kernel) => new Promise((resolve, reject) => {
  const channel = new WebSocket('wss://' + location.host + '${prefix}api/kernels/' + kernel + '/channels');
  channel.onopen = () => resolve(window.channels.push(channel) - 1);
  channel.ended = new Promise((tell) => channel.addEventListener('close', ({ code }) => tell(code)));
  channel.onerror = () => reject(new Error('refused'));
});
window.say = (index, text) => new Promise((resolve, reject) => {
  window.channels[index].onmessage = ({ data }) => resolve(data);
  window.channels[index].onclose = ({ code }) => reject(new Error('closed ' + code));
  window.channels[index].send(text);
});
</script>`;

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Alice's gated server behind a proxy with TLS, and Chromium with her cookie before it. */
async function startHouse() {
  const backend = await startBackend((request, response) => {
    if (request.url?.includes('/static/')) {
      response.writeHead(200, { 'Content-Type': 'text/javascript' });
      response.end(`window.loaded = (window.loaded ?? 0) + 1; //${'x'.repeat(20_000)}`);
    } else if (request.method === 'PUT') {
      let bytes = 0;
      request.on('data', (chunk) => {
        bytes += chunk.length;
      });
      request.on('end', () => response.end(String(bytes)));
    } else response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
  });
  acceptWebSockets(backend.server, echo);
  const port = await findPort();
  const url = `https://localhost:${port}`;
  const accessLog = join(await makeFolder(), 'access.jsonl');
  const listen = { host: '127.0.0.1', port };
  const house = await startTestProxy({ tls: serverPair, listen, publicUrl: url, accessLog });
  await house.client.addRoute(prefix, aliceRoute(backend.target));
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const { context, complaints } = await openWindow(browser, { ignoreHTTPSErrors: true });
  await context.addCookies([{ name: aliceCookieName, value: signToken(), url, httpOnly: true, secure: true }]);
  const readLog = (): { kind: string; status: number }[] =>
    readFileSync(accessLog, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { ...house, backend, url, context, complaints, readLog };
}

test.skipIf(!existsSync('/usr/bin/chromium'))(
  'Chromium loads a page, uploads and talks over WebSockets through one gated connection of HTTP/2.',
  async () => {
    const { context, url, complaints, client, backend, readLog } = await startHouse();
    const tab = await context.newPage();
    await tab.goto(url + prefix);
    expect(await tab.evaluate('window.loaded')).toBe(pieces);
    const protocols = await tab.evaluate(() =>
      performance.getEntries().flatMap((entry) => ('nextHopProtocol' in entry ? [String(entry.nextHopProtocol)] : [])),
    );
    expect(new Set(protocols)).toEqual(new Set(['h2']));
    expect(protocols.length).toBeGreaterThan(pieces);

    const upload = (where: string, size: number): Promise<unknown> =>
      tab.evaluate(`fetch('${where}', { method: 'PUT', body: 'u'.repeat(${size}) }).then((answer) => answer.text())`);
    expect(await upload(`${prefix}api/contents/a`, 5_000_000)).toBe('5000000');

    for (const kernel of [0, 1, 2]) expect(await tab.evaluate(`openChannel(${kernel})`)).toBe(kernel);
    for (const kernel of [0, 1, 2])
      expect(await tab.evaluate(`say(${kernel}, 'print(${kernel})')`)).toBe(`print(${kernel})`);
    expect(await tab.evaluate(`say(0, 'y'.repeat(10_000)).then((said) => said.length)`)).toBe(10_000);
    await tab.evaluate('window.channels[0].close(4000)');
    expect(await tab.evaluate(`say(1, 'still here')`)).toBe('still here');

    await client.deleteRoute(prefix);
    expect(await tab.evaluate('channels[1].ended')).toBe(1006);
    // 200 is the answer to an extended CONNECT; with HTTP/1.1 it would have been 101.
    const statuses = () =>
      readLog()
        .filter(({ kind }) => kind === 'websocket')
        .map(({ status }) => status);
    await expect.poll(statuses).toEqual([200, 200, 200]);
    await client.addRoute(prefix, aliceRoute(backend.target));
    expect(await tab.evaluate('openChannel(7)')).toBe(3);
    expect(complaints).toEqual([]);
  },
);

test.skipIf(!existsSync('/usr/bin/chromium'))('A page of another origin opens no WebSocket over HTTP/2.', async () => {
  const { context, url, backend, readLog } = await startHouse();
  const tab = await context.newPage();
  // Another port is another origin, and yet gets the cookie.
  const other = await startTestProxy({ tls: serverPair });
  await other.client.addRoute('/', { target: backend.target });
  await tab.goto(`https://localhost:${other.port}/`);
  const opened = await tab.evaluate(
    `new Promise((resolve) => {
      const channel = new WebSocket('${url.replace('https', 'wss')}${prefix}api/kernels/0/channels');
      channel.onopen = () => resolve('opened');
      channel.onclose = () => resolve('refused');
    })`,
  );
  expect(opened).toBe('refused');
  await expect.poll(() => readLog().filter(({ kind }) => kind === 'websocket')).toMatchObject([{ status: 403 }]);
});
