import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectorSite } from '../src/connector-site.js';
import { type Connector, ConnectorClient, ConnectorError, startConnector } from '../src/index.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, SshWorld } from './real-sshd.js';

const account = userInfo().username;
let folder: string;
let socketPath: string;
let connector: Connector | undefined;
let client: ConnectorClient;
let log = makeQuietLog();

async function start(sites: ConnectorSite[] = [{ name: 'here', kind: 'local' }]): Promise<Connector> {
  connector = await startConnector({ sites, socketPath, tunnelDir: join(folder, 'run', 'tunnels'), log });
  return connector;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-connector-'));
  socketPath = join(folder, 'run', 'connector.sock');
  client = new ConnectorClient({ socketPath });
  log = makeQuietLog();
  await start();
});

afterEach(async () => {
  await connector?.close();
  connector = undefined;
  rmSync(folder, { recursive: true });
});

/** Asks without the client, to send what it never would. */
async function ask(method: string, path: string, body?: string): Promise<{ status: number; text: string }> {
  const call = request({ socketPath, method, path, agent: false });
  call.end(body);
  const [response] = await once(call, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, text };
}

describe('the connector', () => {
  it('runs commands for its client', async () => {
    const result = await client.run({ site: 'here', account, argv: ['sh', '-c', 'cat; exit 7'], stdin: 'Jülich' });
    expect(result).toEqual({ stdout: 'Jülich', stderr: '', exitCode: 7 });
    expect(await client.listConnections()).toMatchObject([{ site: 'here', account, state: 'connected' }]);
  });

  it('listens for its owner alone', () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'run', 'tunnels')).mode & 0o777).toBe(0o700);
  });

  it('ends a command whose caller aborts', async () => {
    const leaving = new AbortController();
    const asked = client.run({ site: 'here', account, argv: ['sleep', '60'], signal: leaving.signal });
    await expect.poll(async () => (await client.listConnections())[0]?.commandsRunning).toBe(1);
    leaving.abort();
    await expect(asked).rejects.toMatchObject({ code: 'stopped' });
    await expect.poll(async () => (await client.listConnections())[0]?.commandsRunning).toBe(0);
  });

  it('ends a command whose caller died', async () => {
    const call = request({ socketPath, method: 'POST', path: '/commands' });
    call.on('error', () => {});
    call.end(JSON.stringify({ site: 'here', account, argv: ['sleep', '60'] }));
    await expect.poll(async () => (await client.listConnections())[0]?.commandsRunning).toBe(1);
    call.destroy();
    await expect.poll(async () => (await client.listConnections())[0]?.commandsRunning).toBe(0);
  });

  it('hands its errors on whole', async () => {
    const error = await client.run({ site: 'nowhere', account, argv: ['id'] }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectorError);
    expect(error).toMatchObject({
      code: 'unknown-site',
      transient: false,
      message: expect.stringContaining('nowhere'),
    });
    await expect(client.run({ site: 'here', account, argv: ['sleep', '9'], timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timed-out',
      transient: true,
    });
  });

  it.each([
    ['an account that is an option', { account: '-oProxyCommand=id' }, /account/],
    ['an account that is a path', { account: '../root' }, /account/],
    ['no arguments', { argv: [] }, /argv/],
    ['arguments that are no strings', { argv: [1] }, /argv/],
    ['a field that it does not know', { shell: true }, /shell/],
  ])('refuses a command with %s', async (_what, changes, message) => {
    const body = { site: 'here', account, argv: ['id'], ...changes };
    const { status, text } = await ask('POST', '/commands', JSON.stringify(body));
    expect(status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: 'bad-request', message: expect.stringMatching(message) });
  });

  it.each([
    ['a host that is an option', 'notebook', { host: '-oX' }],
    ['a host with a line break', 'notebook', { host: 'a\nb' }],
    ['a port that is none', 'notebook', { port: 65_536 }],
    ['a name that is a path', '..%2Fhub', {}],
    ['a name with capitals', 'Notebook', {}],
  ])('refuses a tunnel with %s', async (_what, name, changes) => {
    const body = { site: 'here', account, host: '127.0.0.1', port: 80, ...changes };
    expect((await ask('PUT', `/tunnels/${name}`, JSON.stringify(body))).status).toBe(400);
    expect(readdirSync(join(folder, 'run', 'tunnels'))).toEqual([]);
  });

  it('answers what it does not know with an error, not with silence', async () => {
    expect((await ask('GET', '/nothing')).status).toBe(400);
    expect((await ask('GET', '/constructor')).status).toBe(400);
    expect((await ask('PATCH', '/tunnels')).status).toBe(400);
    expect((await ask('GET', '/tunnels/a/b')).status).toBe(400);
    expect((await ask('POST', '/commands', 'no json')).status).toBe(400);
    expect((await ask('GET', '/tunnels/nothing')).status).toBe(404);
  });

  it('opens, lists and closes tunnels', async () => {
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const opened = await client.openTunnel({ name: 'notebook-1', site: 'here', account, host: '127.0.0.1', port });
    expect(opened.socketPath).toBe(join(folder, 'run', 'tunnels', 'notebook-1.sock'));
    expect(statSync(opened.socketPath).mode & 0o777).toBe(0o600);
    const [answer] = await once(connect(opened.socketPath), 'data');
    expect(String(answer)).toBe('hello');
    expect(await client.listTunnels()).toMatchObject([{ name: 'notebook-1', port, site: 'here', account }]);
    expect(await client.readTunnel('notebook-1')).toMatchObject({ port });
    expect(await client.health()).toMatchObject({ status: 'ok', tunnels: 1 });
    await client.closeTunnel('notebook-1');
    expect(await client.listTunnels()).toEqual([]);
    await expect(client.closeTunnel('notebook-1')).rejects.toMatchObject({ code: 'unknown-tunnel' });
    server.close();
  });

  it('logs arguments at debug only, and an input never', async () => {
    await client.run({ site: 'here', account, argv: ['echo', 'word-of-argv'], stdin: 'word-of-input' });
    const named = log.lines.filter((line) => line.includes('word-of-argv'));
    expect(named.length).toBeGreaterThan(0);
    expect(named.every((line) => line.startsWith('debug'))).toBe(true);
    expect(log.lines.some((line) => line.includes('word-of-input'))).toBe(false);
  });

  it('removes its sockets and ends commands and tunnels when it closes', async () => {
    await client.openTunnel({ name: 'notebook', site: 'here', account, host: '127.0.0.1', port: 9 });
    const running = client.run({ site: 'here', account, argv: ['sleep', '60'] });
    await expect.poll(async () => (await client.listConnections())[0]?.commandsRunning).toBe(1);
    const ended = expect(running).rejects.toMatchObject({ code: 'stopped', transient: true });
    await connector?.close();
    await ended;
    connector = undefined;
    expect(readdirSync(join(folder, 'run'))).toEqual(['tunnels']);
    expect(readdirSync(join(folder, 'run', 'tunnels'))).toEqual([]);
    await expect(client.health()).rejects.toMatchObject({ code: 'connector-away', transient: true });
  });

  it('closes even when a caller neither finishes his request nor takes his answer', async () => {
    const half = connect(socketPath);
    half.write('POST /commands HTTP/1.1\r\nHost: x\r\ncontent-length: 5\r\n\r\n{');
    await once(half, 'connect');
    const cutOff = once(half, 'close');
    await connector?.close();
    connector = undefined;
    await cutOff;
  });

  it('does not start beside another one', async () => {
    const first = connector;
    await expect(start()).rejects.toMatchObject({ code: 'already-running' });
    expect(await client.health()).toMatchObject({ status: 'ok' });
    expect(connector).toBe(first);
  });

  it('does not start with two sites of one name, or with one that lacks what it needs', async () => {
    await connector?.close();
    connector = undefined;
    const here: ConnectorSite = { name: 'here', kind: 'local' };
    await expect(start([here, here])).rejects.toThrow(/Two sites are named here/);
    await expect(start([{ name: 'far', kind: 'ssh' }])).rejects.toThrow(/needs a private key/);
  });

  it('does not start when the folder of tunnels lets others in, and leaves no socket behind', async () => {
    await connector?.close();
    connector = undefined;
    rmSync(join(folder, 'run', 'tunnels'), { recursive: true });
    mkdirSync(join(folder, 'run', 'tunnels'), { mode: 0o755 });
    await expect(start()).rejects.toMatchObject({ code: 'socket-folder' });
    expect(readdirSync(join(folder, 'run'))).toEqual(['tunnels']);
  });
});

describe.skipIf(explainMissingSshd())('the connector and a real sshd', () => {
  it('gives commands, tunnels and a self-test over its socket', async () => {
    const world = new SshWorld();
    try {
      const sshd = await world.startSshd();
      await connector?.close();
      await start([world.makeSite(sshd)]);
      const identity = { site: 'cluster', account: 'alice' };
      expect((await client.run({ ...identity, argv: ['id', '-un'] })).stdout).toBe('alice\n');
      const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const { socketPath: tunnel } = await client.openTunnel({ ...identity, name: 'n', host: '127.0.0.1', port });
      const [answer] = await once(connect(tunnel), 'data');
      expect(String(answer)).toBe('hello');
      server.close();
      expect(await client.check(identity)).toMatchObject({ ok: true });
      expect(await client.listConnections()).toMatchObject([{ ...identity, state: 'connected', links: 1 }]);
      expect(sshd.signIns).toBe(2);
    } finally {
      await connector?.close();
      connector = undefined;
      await world.stop();
    }
  });
});
