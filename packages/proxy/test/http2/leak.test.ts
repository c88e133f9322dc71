import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ProxyTimeouts } from '../../src/timeouts.js';
import { startBackend } from '../support/backend.js';
import { inTurns, scale, withDyingTarget } from '../support/leaks.js';
import { type Held, ProxyProcess } from '../support/proxy-process.js';
import { createRandom } from '../support/random.js';
import {
  errorCodes,
  type Field,
  type Frame,
  flags,
  frame,
  frameTypes,
  plainHead,
  postHead,
  RawHttp2,
} from '../support/raw-http2.js';
import { acceptWebSockets, echo, encodeFrame } from '../support/web-socket.js';

/**
 * The frames are written by hand, and the proxy has a process of its own: node:http2's client loops for ever in one of
 * eight runs when streams are reset in quick succession.
 */
const counts = { requests: 120 * scale, webSockets: 30 * scale, deserted: 20 * scale, targets: 40 };
const streamsOfEach = 20;
const streamsOf = (connections: number): number => connections * streamsOfEach;
const atOnce = 10;
const ofOneAddress = 100;
/** Buffers that the proxy keeps for the next stream, and what a run leaves by chance. */
const mostLeftBytes = 64 * 64 * 1024 + 2_000_000;
const mostGrownBytes = 60_000_000;
const patienceMs = 40_000;

type Random = (below: number) => number;
/** What becomes of one stream. */
type Play = (raw: RawHttp2, stream: number, random: Random) => Promise<void>;
/** How a connection ends. */
type Cut = (raw: RawHttp2) => void;
type All = Held & { files: number };

const to = (path: string, fields: readonly Field[] = plainHead): Field[] =>
  fields.map(([name, value]) => [name, name === ':path' ? path : value]);
const webSocketHead: readonly Field[] = [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  ...plainHead.slice(1),
  ['sec-websocket-version', '13'],
];
const code = (number: number): Buffer => Buffer.from([0, 0, 0, number]);
const hasEnded = (seen: Frame): boolean =>
  seen.type === frameTypes.reset || (seen.type <= frameTypes.headers && (seen.flags & flags.endStream) > 0);

function reset(raw: RawHttp2, stream: number, random: Random): void {
  raw.send(frame('reset', stream, code([0, errorCodes.internal, errorCodes.cancel][random(3)] ?? 0)));
}

/** Resolves when such a frame has come on this stream, or none will. */
async function hear(raw: RawHttp2, stream: number, type: keyof typeof frameTypes): Promise<void> {
  const isIt = (seen: Frame): boolean => seen.stream === stream && (seen.type === frameTypes[type] || hasEnded(seen));
  await raw.waitFor(isIt).catch(() => {});
}

async function expectAnswer(raw: RawHttp2, stream: number, status: number): Promise<void> {
  expect(await raw.waitForRefusal(stream)).toBe(String(status));
  await raw.waitFor((seen) => seen.stream === stream && hasEnded(seen));
}

const answered =
  (path: string, status: number): Play =>
  async (raw, stream) => {
    raw.sendHead(stream, to(path));
    await expectAnswer(raw, stream, status);
  };
/** At once, or when something of the answer has come. */
const resetIn =
  (path: string, when?: 'headers' | 'data'): Play =>
  async (raw, stream, random) => {
    raw.sendHead(stream, to(path));
    if (when !== undefined) await hear(raw, stream, when);
    reset(raw, stream, random);
  };
const requests: readonly Play[] = [
  ...[answered('/', 200), answered('/slow', 200), answered('/%', 400), answered('/away', 503)],
  ...[resetIn('/'), resetIn('/slow'), resetIn('/slow', 'headers'), resetIn('/endless', 'data')],
  async (raw, stream) => {
    raw.sendHead(stream, postHead, false);
    raw.send(frame('data', stream, Buffer.from('hello'), flags.endStream));
    await expectAnswer(raw, stream, 200);
  },
  async (raw, stream, random) => {
    raw.sendHead(stream, postHead, false);
    raw.send(frame('data', stream, Buffer.alloc(random(16_000))));
    await delay(random(5));
    reset(raw, stream, random);
  },
  // They are left to the end of the connection.
  async (raw, stream) => raw.sendHead(stream, to('/endless')),
  async (raw, stream) => raw.sendHead(stream, postHead, false),
];

const talkThen =
  (end: (raw: RawHttp2, stream: number, random: Random) => void): Play =>
  async (raw, stream, random) => {
    raw.sendHead(stream, webSocketHead, false);
    expect(await raw.waitForRefusal(stream)).toBe('200');
    if (random(2) === 0) {
      raw.send(frame('data', stream, encodeFrame(1, Buffer.from('echo'), true)));
      await hear(raw, stream, 'data');
    }
    end(raw, stream, random);
  };
const webSockets: readonly Play[] = [
  async (raw, stream, random) => {
    raw.sendHead(stream, webSocketHead, false);
    reset(raw, stream, random);
  },
  talkThen(reset),
  talkThen((raw, stream) => raw.send(frame('data', stream, undefined, flags.endStream))),
  talkThen((raw, stream) => raw.send(frame('data', stream, encodeFrame(8, Buffer.alloc(0), true)))),
  talkThen(() => {}), // left to the end of the connection
];

const cuts: readonly Cut[] = [
  (raw) => void raw.socket.destroy(),
  (raw) => void raw.socket.end(),
  (raw) => raw.reset(),
  (raw) => raw.send(frame('goaway', 0, Buffer.concat([code(0), code(errorCodes.internal)]))),
];
/** The proxy alone ends these: their clients leave them open. */
const desertions: readonly Cut[] = [
  (raw) => void raw.socket.pause(),
  (raw) => raw.send(frame('goaway', 0, Buffer.alloc(8))), // while requests run that never end
  (raw) => raw.send(frame('window', 1, code(0))), // an error
  (raw) => raw.send(frame('ping', 0, Buffer.alloc(7))), // of a wrong size: nghttp2 ends the connection
  (raw) => raw.send(frame('headers', 2 ** 31 - 1, Buffer.from([0xff, 0xff, 0xff]), flags.endHeaders)),
];

/** With a window for all streams together that never ends; each has its own of 64 KB, where an endless answer waits. */
async function open(port: number): Promise<RawHttp2> {
  const raw = await RawHttp2.open(port);
  raw.send(frame('window', 0, Buffer.from([0x7f, 0, 0, 0])));
  return raw;
}

/** Opens connections, and ends each when all that is played on it is over, or in the middle of it. */
async function cutConnections(
  { port }: ProxyProcess,
  { count, plays }: { count: number; plays: readonly Play[] },
  random: Random,
): Promise<void> {
  const act = async (): Promise<void> => {
    const raw = await open(port);
    const playing = begin(raw, plays, random);
    if (random(3) > 0) await Promise.all(playing);
    const over = Promise.allSettled(playing);
    cuts[random(cuts.length)]?.(raw);
    await over;
    raw.frames.length = 0;
  };
  await inTurns(count, act, atOnce);
}

function begin(raw: RawHttp2, plays: readonly Play[], random: Random): Promise<void>[] {
  return Array.from({ length: streamsOfEach }, async (_none, index) => {
    await plays[random(plays.length)]?.(raw, 2 * index + 1, random);
  });
}

/** Opens connections that their clients forget in the middle of all that is played on them. */
async function desertConnections({ port }: ProxyProcess, count: number, random: Random): Promise<void> {
  const act = async (): Promise<void> => {
    const raw = await open(port).catch(() => undefined);
    if (raw === undefined) return;
    const over = Promise.allSettled(begin(raw, [...requests, ...webSockets], random));
    await Promise.race([over, delay(random(100))]);
    desertions[random(desertions.length)]?.(raw);
  };
  await inTurns(count, act, atOnce);
}

/** They are all asked on one connection, which outlives them. */
async function loseTargets({ port, client }: ProxyProcess, count: number, random: Random): Promise<void> {
  const raw = await open(port);
  let next = 1;
  const ask = async (path: string): Promise<void> => {
    const stream = next;
    next += 2;
    const isWebSocket = random(3) === 0;
    raw.sendHead(stream, to(path, isWebSocket ? webSocketHead : plainHead), !isWebSocket);
    await raw.waitFor((seen) => seen.stream === stream && hasEnded(seen));
  };
  await inTurns(count, (index) => withDyingTarget(client, index, random, ask), atOnce);
  raw.socket.destroy();
}

async function readAll(proxy: ProxyProcess): Promise<All> {
  const { held } = await proxy.ask();
  return { ...held, files: proxy.files };
}

/** Resolves when as much is held as at the start; what is still held then is the fault that the test tells. */
async function settle(proxy: ProxyProcess, start: All): Promise<All> {
  const end = Date.now() + patienceMs;
  while (proxy.files !== start.files && Date.now() < end) await delay(50);
  for (;;) {
    const now = await readAll(proxy);
    if (Date.now() > end || JSON.stringify(now) === JSON.stringify(start)) return now;
    await delay(100);
  }
}

async function startTarget(): Promise<string> {
  const backend = await startBackend((request, response) => {
    backend.seen.length = 0;
    const send = (): void => {
      while (response.write(Buffer.alloc(16_384)));
    };
    if (request.url === '/endless') response.on('drain', send).writeHead(200).flushHeaders();
    if (request.url === '/endless') send();
    else if (request.url === '/slow') {
      response.write('half');
      setTimeout(() => response.end('half'), 5);
    } else request.on('end', () => response.end('good'));
  });
  acceptWebSockets(backend.server, echo);
  return backend.target;
}

/** Whether exactly as many connections may be opened as one address may have: none of before is counted any more. */
async function expectFullAllowance({ port }: ProxyProcess): Promise<void> {
  const dial = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').resume();
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  const allowed: Socket[] = [];
  for (let index = 0; index < ofOneAddress; index += 1) allowed.push(await dial());
  await once(await dial(), 'close');
  expect(allowed.filter(({ destroyed }) => destroyed)).toHaveLength(0);
}

/** The time for a head is enough for a handshake on a busy machine. A sixth of it later a connection is looked after. */
async function startProxy(timeouts: Partial<ProxyTimeouts> = {}): Promise<ProxyProcess> {
  const proxy = await ProxyProcess.start({
    timeouts: { idleMs: 1_000, lingerMs: 100, headersMs: 12_000, ...timeouts },
    limits: { connectionsPerClient: ofOneAddress },
  });
  await proxy.client.addRoute('/', { target: await startTarget() });
  await proxy.client.addRoute('/away', { target: 'http://127.0.0.1:1' });
  return proxy;
}

async function expectNothingOpen(proxy: ProxyProcess): Promise<void> {
  const routes = Object.values(await proxy.client.listRoutes());
  expect(routes.map(({ juhub }) => juhub.traffic.open)).toEqual([0, 0]);
  await expectFullAllowance(proxy);
}

const timeout = 100_000 * scale;

test(`After ${streamsOf(counts.requests)} requests and ${streamsOf(counts.webSockets)} WebSockets over HTTP/2, reset or cut at random, and ${counts.targets * scale} targets that died, sockets, streams and memory are back.`, {
  timeout,
}, async () => {
  const random = createRandom(7);
  const proxy = await startProxy();
  const before = await readAll(proxy);
  await cutConnections(proxy, { count: 60, plays: [...requests, ...webSockets] }, random);
  await loseTargets(proxy, 10, random);
  expect(await settle(proxy, before)).toEqual(before); // what is made once has been made
  const start = { bytes: (await proxy.ask()).bytes, resident: proxy.residentBytes };

  await cutConnections(proxy, { count: counts.requests, plays: requests }, random);
  await cutConnections(proxy, { count: counts.webSockets, plays: webSockets }, random);
  for (let round = 0; round < scale; round += 1) await loseTargets(proxy, counts.targets, random);
  expect(await settle(proxy, before)).toEqual(before);
  expect((await proxy.ask()).bytes - start.bytes).toBeLessThan(mostLeftBytes);
  expect(proxy.residentBytes - start.resident).toBeLessThan(mostGrownBytes);
  await expectNothingOpen(proxy);
});

test(`Of ${counts.deserted} connections that their clients leave open, silent or broken, nothing is left.`, {
  timeout,
}, async () => {
  const random = createRandom(8);
  // A handshake may take longer than that on a busy machine. Then there is one connection less.
  const proxy = await startProxy({ headersMs: 1_000 });
  const before = await readAll(proxy);
  await desertConnections(proxy, counts.deserted, random);
  expect(await settle(proxy, before)).toEqual(before);
  await expectNothingOpen(proxy);
});

test('Connections that end with an error before the client has acknowledged the settings leave nothing behind.', {
  timeout,
}, async () => {
  const proxy = await startProxy();
  const before = await readAll(proxy);
  const complaint = frame('goaway', 0, Buffer.concat([code(0), code(errorCodes.internal)]));
  const act = async (): Promise<void> => {
    const raw = await open(proxy.port);
    raw.socket.write(complaint, () => raw.reset());
    await raw.waitForClose();
  };
  await inTurns(100, act, atOnce);
  expect(await settle(proxy, before)).toEqual(before);
});
