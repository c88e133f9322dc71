import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CheckedSite, connectorSiteSchema } from '../src/connector-site.js';
import { defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { Tunnels } from '../src/tunnel/tunnels.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, findFreePort, type RealSshd, SshWorld } from './real-sshd.js';

interface Bench {
  tunnels: Tunnels;
  transports: Transports;
  site: string;
  account: string;
}

const folder = mkdtempSync(join(tmpdir(), 'juhub-tunnel-'));
const cleanups: (() => void | Promise<void>)[] = [];
let benches = 0;

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

afterAll(() => rmSync(folder, { recursive: true }));

async function makeBench(site: CheckedSite, account: string, changes = {}): Promise<Bench> {
  const log = makeQuietLog();
  const transports = new Transports([site], { ...defaultConnectorLimits, ...changes }, log);
  benches += 1;
  const tunnels = new Tunnels({
    folder: join(folder, `t${benches}`),
    patienceMs: 3000,
    findTransport: (name, user) => transports.find(name, user),
    log,
  });
  await tunnels.prepare();
  cleanups.push(async () => {
    await tunnels.close();
    await transports.close();
  });
  return { tunnels, transports, site: site.name, account };
}

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function talk(socketPath: string, text: string): Promise<string> {
  const socket = connectSocket(socketPath);
  socket.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const echo = (socket: Socket) => void socket.pipe(socket);

function makeDeferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function describeTunnels(kind: string, make: () => Promise<Bench>): void {
  describe(`a tunnel of a ${kind} site`, () => {
    const put = ({ tunnels, site, account }: Bench, port: number, name = 'notebook') =>
      tunnels.put(name, { site, account, host: '127.0.0.1', port });

    it('is a socket for its owner alone and carries bytes both ways', async () => {
      const bench = await make();
      const { socketPath } = await put(bench, await listen(echo));
      expect(statSync(socketPath).mode & 0o777).toBe(0o600);
      expect(await talk(socketPath, 'hello')).toBe('hello');
      expect(bench.tunnels.get('notebook').state).toBe('open');
    });

    it('carries a hundred connections at once, each to its own end', async () => {
      const bench = await make();
      const { socketPath } = await put(bench, await listen(echo));
      const texts = Array.from({ length: 100 }, (_, index) => `${index} `.repeat(20_000));
      expect(await Promise.all(texts.map((text) => talk(socketPath, text)))).toEqual(texts);
      await expect.poll(() => bench.tunnels.get('notebook').connections).toBe(0);
    });

    it('carries HTTP with a large answer', async () => {
      const server = createHttpServer((_request, response) => response.end(Buffer.alloc(10_000_000, 'x')));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      cleanups.push(() => void server.close());
      const { socketPath } = await put(await make(), (server.address() as AddressInfo).port);
      const [response] = (await once(get({ socketPath, path: '/', agent: false }), 'response')) as [IncomingMessage];
      let bytes = 0;
      for await (const chunk of response) bytes += (chunk as Buffer).length;
      expect(bytes).toBe(10_000_000);
    });

    it('carries large answers at once, byte for byte, to readers who stop in between', async () => {
      const patterns = Array.from({ length: 8 }, (_, index) => Buffer.alloc(6_000_000, `${index}-abcdefghijklmnopqr`));
      const port = await listen((socket) => {
        socket.once('data', (asked: Buffer) => socket.end(patterns[Number(asked)] ?? ''));
      });
      const { socketPath } = await put(await make(), port);
      const read = async (index: number): Promise<Buffer> => {
        const socket = connectSocket(socketPath);
        socket.write(`${index}`);
        const chunks: Buffer[] = [];
        for await (const chunk of socket) {
          chunks.push(chunk as Buffer);
          if (index % 2 === 0 && chunks.length % 8 === 0) await delay(5);
        }
        return Buffer.concat(chunks);
      };
      const answers = await Promise.all(patterns.map((_, index) => read(index)));
      expect(answers.map((answer, index) => answer.equals(patterns[index] ?? Buffer.alloc(0)))).toEqual(
        patterns.map(() => true),
      );
    });

    it('holds a fast sender back until the reader reads', async () => {
      let sent = 0;
      const port = await listen((socket) => {
        const chunk = Buffer.alloc(65_536);
        const write = () => {
          while (sent < 200_000_000 && socket.write(chunk)) sent += chunk.length;
        };
        socket.on('drain', write);
        write();
      });
      const { socketPath } = await put(await make(), port);
      const socket = connectSocket(socketPath).pause();
      await expect.poll(() => sent).toBeGreaterThan(0);
      // It stands still once all buffers on the way are full.
      let before = -1;
      const standsStill = () => {
        const still = before === sent;
        before = sent;
        return still;
      };
      await expect.poll(standsStill, { interval: 300 }).toBe(true);
      expect(sent).toBeLessThan(50_000_000);
      socket.destroy();
    });

    it('ends the far side when the client goes away', async () => {
      const closed = makeDeferred();
      const port = await listen((socket) => {
        socket.on('end', () => socket.end());
        socket.once('close', () => closed.resolve());
        socket.resume();
      });
      const bench = await make();
      const { socketPath } = await put(bench, port);
      const socket = connectSocket(socketPath);
      socket.write('x');
      await expect.poll(() => bench.tunnels.get('notebook').connections).toBe(1);
      socket.destroy();
      await closed.promise;
      await expect.poll(() => bench.tunnels.get('notebook').connections).toBe(0);
      await expect.poll(() => bench.transports.list()[0]?.channels).toBe(0);
    });

    it('ends the client when the far side goes away', async () => {
      const port = await listen((socket) => socket.once('data', () => socket.end('bye')));
      const { socketPath } = await put(await make(), port);
      const socket = connectSocket(socketPath);
      socket.write('x');
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toBe('bye');
      await once(socket, 'close');
    });

    it('ends the client at once when nobody listens there, and says why', async () => {
      const bench = await make();
      const { socketPath } = await put(bench, await findFreePort());
      const startedAt = performance.now();
      expect(await talk(socketPath, 'hello').catch(() => '')).toBe('');
      expect(performance.now() - startedAt).toBeLessThan(2500);
      expect(bench.tunnels.get('notebook').lastError).toMatch(/refuse/);
    });

    it('stays the same when it is asked for again, and keeps its socket when it leads elsewhere', async () => {
      const bench = await make();
      const first = await listen((socket) => socket.end('first'));
      const lasting = await listen(echo);
      const opened = await put(bench, lasting);
      expect(await put(bench, lasting)).toMatchObject({ openedAt: opened.openedAt, socketPath: opened.socketPath });
      const old = connectSocket(opened.socketPath);
      old.write('before');
      expect(String((await once(old, 'data'))[0])).toBe('before');
      expect(await put(bench, first)).toMatchObject({ port: first, socketPath: opened.socketPath });
      expect(await talk(opened.socketPath, '')).toBe('first');
      old.write('after');
      expect(String((await once(old, 'data'))[0])).toBe('after');
      old.destroy();
    });

    it('is opened once when it is asked for twice at the same time', async () => {
      const bench = await make();
      const port = await listen(echo);
      const [one, two] = await Promise.all([put(bench, port), put(bench, port)]);
      expect(one.openedAt).toBe(two.openedAt);
      expect(bench.tunnels.list()).toHaveLength(1);
    });

    it('is not opened any more while the connector closes: it would outlive it', async () => {
      const { tunnels, transports, site, account } = await make();
      const endpoint = { site, account, host: '127.0.0.1', port: 1 };
      await tunnels.put('early', endpoint);
      const closing = tunnels.close();
      const late = expect(tunnels.put('late', endpoint)).rejects.toMatchObject({ code: 'stopped', transient: true });
      await Promise.all([closing, late]);
      expect(tunnels.list()).toEqual([]);
      await transports.close();
      expect(() => transports.find(site, 'somebody-else')).toThrow('The connector is closing.');
    });

    it('is gone with its socket and its connections when it is deleted', async () => {
      const bench = await make();
      const { socketPath } = await put(bench, await listen(echo));
      const socket = connectSocket(socketPath);
      socket.write('x');
      await once(socket, 'data');
      const closed = once(socket, 'close');
      await bench.tunnels.delete('notebook');
      await closed;
      expect(() => statSync(socketPath)).toThrow(/ENOENT/);
      expect(() => bench.tunnels.get('notebook')).toThrow(/no tunnel named notebook/);
      await expect(bench.tunnels.delete('notebook')).rejects.toMatchObject({ code: 'unknown-tunnel' });
    });
  });
}

const local = connectorSiteSchema.parse({ name: 'here', kind: 'local' });
describeTunnels('local', () => makeBench(local, userInfo().username));

describe.skipIf(explainMissingSshd())('over a real sshd', () => {
  let world: SshWorld;
  let sshd: RealSshd;
  const site = (own = sshd) => connectorSiteSchema.parse(world.makeSite(own));

  beforeAll(async () => {
    world = new SshWorld();
    sshd = await world.startSshd();
  });

  afterAll(() => world.stop());

  describeTunnels('ssh', () => makeBench(site(), 'alice'));

  it('carries connections again on the same socket after sshd was killed and started', async () => {
    const own = await world.startSshd();
    const bench = await makeBench(site(own), 'alice');
    const endpoint = { site: 'cluster', account: 'alice', host: '127.0.0.1', port: await listen(echo) };
    const { socketPath } = await bench.tunnels.put('notebook', endpoint);
    const lasting = connectSocket(socketPath);
    lasting.write('x');
    await once(lasting, 'data');
    await own.stop();
    await once(lasting, 'close');
    expect(bench.tunnels.get('notebook').state).toBe('waiting');
    const waiting = talk(socketPath, 'patience');
    await own.start();
    expect(await waiting).toBe('patience');
    expect(own.signIns).toBe(2);
  });

  it('ends a client that waited in vain for the connection to come back', async () => {
    const own = await world.startSshd();
    const bench = await makeBench(site(own), 'alice');
    const endpoint = { site: 'cluster', account: 'alice', host: '127.0.0.1', port: await listen(echo) };
    const { socketPath } = await bench.tunnels.put('notebook', endpoint);
    await expect.poll(() => bench.tunnels.get('notebook').state).toBe('open');
    await own.stop();
    // Only when the loss was noticed does a client wait; before that its channel is refused at once.
    await expect.poll(() => bench.tunnels.get('notebook').state).toBe('waiting');
    expect(await talk(socketPath, 'in vain').catch(() => '')).toBe('');
    await expect.poll(() => bench.tunnels.get('notebook')).toMatchObject({ state: 'waiting', connections: 0 });
    await expect.poll(() => bench.tunnels.get('notebook').lastError).toMatch(/refuses connections/);
  });

  it('opens a second connection only when the channels of the first are used up, and closes it again', async () => {
    const own = await world.startSshd();
    const bench = await makeBench(site(own), 'alice', { streamsPerConnection: 10, sweepEveryMs: 50 });
    const endpoint = { site: 'cluster', account: 'alice', host: '127.0.0.1', port: await listen(echo) };
    const { socketPath } = await bench.tunnels.put('notebook', endpoint);
    const sockets: Socket[] = [];
    const openOne = async () => {
      const socket = connectSocket(socketPath);
      sockets.push(socket);
      socket.write('x');
      await once(socket, 'data');
    };
    await Promise.all(Array.from({ length: 10 }, openOne));
    expect(own.signIns).toBe(1);
    await Promise.all(Array.from({ length: 10 }, openOne));
    expect(own.signIns).toBe(2);
    expect(bench.transports.list()[0]).toMatchObject({ links: 2, channels: 20 });
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => bench.transports.list()[0]).toMatchObject({ links: 1, channels: 0 });
  });

  it('answers in two packets without the 44 ms of a delayed acknowledgement', async () => {
    // Head and body in writes of their own, as notebook servers send them.
    const port = await listen((socket) =>
      socket.on('data', () => {
        socket.write('head');
        setImmediate(() => socket.write('body'));
      }),
    );
    const bench = await makeBench(site(), 'alice');
    const { socketPath } = await bench.tunnels.put('notebook', {
      site: 'cluster',
      account: 'alice',
      host: '127.0.0.1',
      port,
    });
    const directMs = await measureRoundTrips(connectSocket({ host: '127.0.0.1', port, noDelay: true }));
    const tunnelledMs = await measureRoundTrips(connectSocket(socketPath));
    expect(tunnelledMs - directMs).toBeLessThan(20);
  });
});

/** Median milliseconds from a request to the last byte of its answer of eight bytes. */
async function measureRoundTrips(socket: Socket): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    const startedAt = performance.now();
    socket.write('?');
    let bytes = 0;
    while (bytes < 8) bytes += ((await once(socket, 'data')) as [Buffer])[0].length;
    times.push(performance.now() - startedAt);
  }
  socket.destroy();
  return times.sort((a, b) => a - b)[20] ?? Number.POSITIVE_INFINITY;
}
