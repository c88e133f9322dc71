import { describe, expect, test } from 'vitest';
import { startBackend } from './support/backend.js';
import { sendRaw, statusOf } from './support/raw-client.js';
import { plainHead, RawHttp2 } from './support/raw-http2.js';
import { serverPair } from './support/start-command.js';
import { aliceCookieName, aliceRoute, signToken, startTestProxy } from './support/test-proxy.js';

type Get = (port: number, path: string, cookie: string) => Promise<number>;

const getPlainly: Get = async (port, path, cookie) =>
  statusOf(
    await sendRaw(
      port,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${cookie && `Cookie: ${cookie}\r\n`}\r\n`,
    ),
  );

const getByHttp2: Get = async (port, path, cookie) => {
  const raw = await RawHttp2.open(port);
  raw.sendHead(1, [...plainHead.slice(0, 3), [':path', path], ...(cookie ? ([['cookie', cookie]] as const) : [])]);
  return Number(await raw.waitForRefusal(1));
};

/** A hub that is open at the root, and alice's gated server below it. */
async function startHouse(by: Get) {
  const hub = await startBackend();
  const server = await startBackend();
  const { port, client } = await startTestProxy(by === getByHttp2 ? { tls: serverPair } : {});
  await client.addRoute('/', { target: hub.target });
  await client.addRoute('/user/alice/default/', aliceRoute(server.target));
  return { hub, server, get: (path: string, cookie = '') => by(port, path, cookie) };
}

describe.each([
  ['HTTP/1.1', getPlainly],
  ['HTTP/2', getByHttp2],
])('Over %s:', (_version, by) => {
  test.each([
    '//user/alice/default/',
    '/user//alice/default/',
    '/user/./alice/default/',
    '/user/x/../alice/default/',
    '/user/%2e%2e/user/alice/default/',
    '/user%2falice/default/',
    '/user%2Falice%2Fdefault%2F',
    '/user%5calice%5cdefault',
    '/user\\alice\\default',
    '/user/alice%2fdefault/',
    '/user/alice;x=y/default/',
    '/user/alice/default;x=y/',
    '/hub/..%2fuser/alice/default/',
    '/hub/%2e%2e%2fuser%2falice%2fdefault',
    '/hub/%252e%252e/user/alice/default/',
    '/user/al%2569ce/default/',
    '/user/alice/default%00/',
    '/user/alice/default#/',
  ])('%s, which somebody might read as a path of alice, is refused before any target sees it.', async (path) => {
    const { hub, server, get } = await startHouse(by);
    expect(await get(path)).toBe(400);
    expect([...hub.seen, ...server.seen]).toEqual([]);
  });

  test.each([
    '/user/alice',
    '/user/alice/',
    '/user/alice/defaul',
    '/user/alice/default2/',
    '/User/alice/default/',
    '/user/Alice/default/',
  ])('%s is not a path of the server: it goes to the hub.', async (path) => {
    const { hub, server, get } = await startHouse(by);
    expect(await get(path)).toBe(200);
    expect([hub.seen.length, server.seen.length]).toEqual([1, 0]);
  });

  test.each([
    '/user/alice/default',
    '/user/alice/default/',
    '/user/alice/default?x',
    '/user/%61lice/default/',
    '/%75ser/alice/defaul%74/lab',
    '/user/alice/default//lab',
    '/user/alice/default/a%2Fb',
    '/user/alice/default/a;b',
  ])('%s is a path of the server: closed without a token, open with one, and it arrives unchanged.', async (path) => {
    const { hub, server, get } = await startHouse(by);
    expect(await get(path)).toBe(401);
    expect(server.seen).toEqual([]);
    expect(await get(path, `${aliceCookieName}=${signToken()}`)).toBe(200);
    expect(server.seen.map(({ url }) => url)).toEqual([path]);
    expect(hub.seen).toEqual([]);
  });

  test.each([
    '/user/alice/default/..%2f..%2f..%2fhub/',
    '/user/alice/default/%2e%2e%2f%2e%2e%2fbob',
    '/user/alice/default/..%5c..%5cx',
    '/user/alice/default/%252e%252e/%252e%252e/x',
  ])('With a token too, %s cannot be used to climb out of the server.', async (path) => {
    const { hub, server, get } = await startHouse(by);
    expect(await get(path, `${aliceCookieName}=${signToken()}`)).toBe(400);
    expect([...hub.seen, ...server.seen]).toEqual([]);
  });
});
