import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { listen } from '../src/listen.js';

const noSuchFamily = -97; // EAFNOSUPPORT, as libuv hands it on

/** Node's own binding, with a kernel that was started with `ipv6.disable=1`: a fault that a test cannot make. */
async function takeIpv6Away(): Promise<void> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const { _handle: handle } = probe as unknown as { _handle: object };
  const spied = vi.spyOn(Object.getPrototypeOf(handle) as { bind6(): number }, 'bind6').mockReturnValue(noSuchFamily);
  onTestFinished(() => spied.mockRestore());
  probe.close();
}

test('All addresses are those of IPv4 where the kernel has no IPv6; else both are served.', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await takeIpv6Away();
  expect(await listen(server, { host: '::', port: 0 })).toMatchObject({ host: '0.0.0.0' });
});
