import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { ProxyClient } from '../../src/index.js';

/** `JUHUB_LEAKS=all` (`npm run test:leaks`) takes ten times as much, which takes minutes. */
export const scale = process.env.JUHUB_LEAKS === 'all' ? 10 : 1;

/** Does something so many times, some of it at once; the first time is the number 1. */
export async function inTurns(count: number, act: (index: number) => Promise<void>, atOnce = 50): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await act(next);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** How a target goes: before it says anything, in its head, in its body, behind its answer, or behind an upgrade. */
const deaths = [
  '',
  'HTTP/1.1 200 OK\r\nCont',
  'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole',
];

/** Sets a route to a target that dies when it is asked, lets somebody ask, and takes both away again. */
export async function withDyingTarget(
  client: ProxyClient,
  index: number,
  random: (below: number) => number,
  ask: (path: string) => Promise<void>,
): Promise<void> {
  const lastWords = deaths[random(deaths.length)] ?? '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(lastWords, 'latin1', () => (index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const path = `/backend-${index}`;
  await client.addRoute(path, { target: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  await ask(path);
  await new Promise((resolve) => server.close(resolve));
  if (random(2) !== 0) await client.addRoute(path, { target: 'http://127.0.0.1:1' });
  await client.deleteRoute(path);
}
