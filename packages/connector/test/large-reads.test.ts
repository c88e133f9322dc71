import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readLargely } from '../src/ssh/large-reads.js';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function connectPair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near: Socket = connect({
    ...{ host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    onread: readLargely(() => near),
  });
  const [far] = (await once(server, 'connection')) as [Socket];
  closers.push(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return { near, far };
}

describe('a socket that reads much at a time', () => {
  it('keeps what came before anybody listened, and hands over bytes that stay as they are', async () => {
    const { near, far } = await connectPair();
    far.write('SSH-2.0-early\r\n');
    await expect.poll(() => near.readableLength).toBe(15);
    far.write('later');
    await expect.poll(() => near.readableLength).toBe(20);
    const [early] = (await once(near, 'data')) as [Buffer];
    expect(String(early)).toBe('SSH-2.0-early\r\n');
  });
});
