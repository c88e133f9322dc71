import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ask } from './support/ask.js';
import { startTestProxy } from './support/test-proxy.js';

/** A certificate that nobody has signed, with its key. */
const pem = readFileSync(join(import.meta.dirname, 'fixtures/untrusted.pem'));

async function startHouse() {
  const server = createServer(
    { cert: pem, key: pem },
    (request, response) => void response.end(`secure ${request.url}`),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
  return { server, port };
}

test('A target of https whose certificate cannot be trusted gets no request: 503.', async () => {
  const { port, server } = await startHouse();
  const request = vi.fn();
  server.on('request', request);
  expect((await ask(port, '/')).status).toBe(503);
  expect(request).not.toHaveBeenCalled();
});

test('Where the certificate is accepted, requests go through TLS and share a connection.', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { port, server } = await startHouse();
  let connections = 0;
  server.on('secureConnection', () => {
    connections += 1;
  });
  for (const path of ['/1', '/2']) expect((await ask(port, path)).body).toBe(`secure ${path}`);
  expect(connections).toBe(1);
});
