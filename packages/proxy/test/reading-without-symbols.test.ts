import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, expect, test, vi } from 'vitest';
import { readClient } from '../src/public/http1/client-socket.js';
import { ChunkSocket } from '../src/reading/read-socket.js';
import { expectedOf, pass, startEcho } from './support/bytes.js';
import { openSocket } from './support/raw-client.js';

/*
 * A fake of a Node that keeps `onread` elsewhere: its symbols are hidden from those who look for them. This has a file
 * of its own, because what was found once is remembered.
 */
const hidden: ReadonlySet<string | undefined> = new Set(['kBuffer', 'kBufferCb', 'kBufferGen']);
const listSymbols = Object.getOwnPropertySymbols;
const fake = vi
  .spyOn(Object, 'getOwnPropertySymbols')
  .mockImplementation((object) => listSymbols(object).filter(({ description }) => !hidden.has(description)));
afterAll(() => fake.mockRestore());

test('With a Node that keeps its way of reading elsewhere, connections are read in chunks.', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = await openSocket((server.address() as { port: number }).port);
  const [socket] = (await accepted) as [Socket];
  const came = new Promise<string>((resolve) => {
    const reader = { wantsOwnBuffer: false, onBytes: (bytes: Buffer) => resolve(String(bytes)) };
    expect(readClient(socket, reader, false)).toBeInstanceOf(ChunkSocket);
  });
  client.write('hello');
  expect(await came).toBe('hello');
  client.destroy();
  socket.destroy();
  server.close();
});

test('There, too, uploads, answers and WebSockets of many at once arrive byte for byte.', async () => {
  const house = await startEcho();
  const places = Array.from({ length: 30 }, (_, place) => place);
  expect(await Promise.all(places.map((place) => pass(house.port, place)))).toEqual(places.map(expectedOf));
});
