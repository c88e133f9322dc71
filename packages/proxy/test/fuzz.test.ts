import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ask } from './support/ask.js';
import { startBackend, startRawBackend } from './support/backend.js';
import { mutate } from './support/mutate.js';
import { createRandom } from './support/random.js';
import { aliceCookieName, aliceRoute, publicUrl, signToken, startTestProxy } from './support/test-proxy.js';
import { acceptWebSockets, echo, handshake } from './support/web-socket.js';

const requests = [
  'GET /x HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n',
  'PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello',
  'HEAD /x%2fy/..;/z HTTP/1.0\r\n\r\n',
  `GET /user/alice/default/ HTTP/1.1\r\nHost: a\r\nCookie: ${aliceCookieName}=${signToken()}\r\n\r\n`,
  handshake('/ws', [`Origin: ${publicUrl}`]),
];

const answers = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.0 200 OK\r\nSet-Cookie: a=b\r\n\r\nto the end',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x01a',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n',
];

test('Two thousand conversations of damaged requests and damaged answers, cut at random, neither stop the proxy nor leak.', {
  timeout: 60_000,
}, async () => {
  const random = createRandom(5);
  const odd = await startRawBackend((socket) => {
    socket.on('data', () => {
      socket.write(mutate(answers, random));
      if (random(3) === 0) socket.end();
      else if (random(4) === 0) setImmediate(() => socket.resetAndDestroy());
    });
  });
  const good = await startBackend();
  acceptWebSockets(good.server, echo);
  const { port, client, proxy, log } = await startTestProxy({
    timeouts: { drainMs: 30_000, lingerMs: 100, upgradeMs: 200 },
  });
  await client.addRoute('/', { target: odd.target });
  await client.addRoute('/user/alice/default', aliceRoute(good.target));
  const converse = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    for (let count = random(3); count >= 0 && socket.writable; count -= 1) {
      socket.write(mutate(requests, random));
      await new Promise((resolve) => (random(2) === 0 ? setImmediate(resolve) : setTimeout(resolve, random(10))));
    }
    if (random(2) === 0) socket.resetAndDestroy();
    else socket.destroy();
  };
  for (let round = 0; round < 100; round += 1) await Promise.all(Array.from({ length: 20 }, converse));
  await client.addRoute('/', { target: good.target });
  expect((await ask(port, '/x')).body).toBe('ok');
  expect(log.filter(({ level }) => level === 'error')).toEqual([]);
  expect(odd.sockets.filter((socket) => !socket.destroyed).length).toBe(0);
  const start = Date.now();
  await proxy.close();
  expect(Date.now() - start).toBeLessThan(15_000); // nothing was left that had to be waited for
});
