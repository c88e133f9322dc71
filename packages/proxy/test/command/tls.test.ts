import { once } from 'node:events';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createConnection } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from '../support/ask.js';
import { startBackend, valuesOf } from '../support/backend.js';
import {
  askSecurely,
  authority,
  clientPair,
  fixture,
  portOf,
  readCommandLine,
  serverPair,
  startFromCommandLine,
  withToken,
} from '../support/start-command.js';

const pem = fixture('server.pem');
const publicTls = ['--ssl-key', pem, '--ssl-cert', pem];

async function startSecureBackend(options: ServerOptions = {}): Promise<string> {
  const server = createServer({ ...serverPair, ...options }, (request, response) => {
    const subject = (request.socket as TLSSocket).getPeerCertificate().subject?.CN ?? 'nobody';
    response.end(`${subject} at ${request.url}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('--ssl-key and --ssl-cert make the public side speak HTTPS, and say so to targets.', async () => {
  const backend = await startBackend();
  const { port } = await startFromCommandLine([...publicTls, '--default-target', backend.target]);
  expect(await askSecurely(port, '/x')).toEqual({ status: 200, body: 'ok' });
  expect(valuesOf(backend.seen[0], 'x-forwarded-proto')).toEqual(['https']);
  await expect(ask(port, '/x')).rejects.toThrow();
});

test('A key with a passphrase is opened with that of the environment.', async () => {
  const args = ['--ssl-key', fixture('server-locked.key'), '--ssl-cert', pem];
  const { port } = await startFromCommandLine(args, {
    ...withToken,
    CONFIGPROXY_SSL_KEY_PASSPHRASE: 'open-sesame',
  });
  expect((await askSecurely(port, '/_chp_healthz')).status).toBe(200);
  await expect(startFromCommandLine(args)).rejects.toThrow();
});

test.each([
  [['--ssl-request-cert', '--ssl-reject-unauthorized']],
  [['--ssl-request-cert']], // configurable-http-proxy refuses others in this case, too
])('%j lets in only who shows a certificate of --ssl-ca.', async (asking) => {
  const { port } = await startFromCommandLine([...publicTls, '--ssl-ca', fixture('ca.pem'), ...asking]);
  expect((await askSecurely(port, '/_chp_healthz', clientPair)).status).toBe(200);
  await expect(askSecurely(port, '/_chp_healthz')).rejects.toThrow();
});

test('--ssl-protocol and --ssl-ciphers hold for the public side.', async () => {
  const { port } = await startFromCommandLine([
    ...publicTls,
    ...['--ssl-protocol', 'TLSv1.2', '--ssl-ciphers', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ]);
  const socket = connect({ port, host: '127.0.0.1', ca: authority, servername: 'localhost' });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  expect(socket.getProtocol()).toBe('TLSv1.2');
  expect(socket.getCipher().name).toBe('ECDHE-ECDSA-AES256-GCM-SHA384');
  await expect(askSecurely(port, '/_chp_healthz', { minVersion: 'TLSv1.3' })).rejects.toThrow();
});

test.each([[['--api-ssl-request-cert', '--api-ssl-reject-unauthorized']], [['--api-ssl-request-cert']]])(
  '--api-ssl-key and --api-ssl-cert make the REST API speak HTTPS, with client certificates by %j.',
  async (asking) => {
    const pair = ['--api-ssl-key', pem, '--api-ssl-cert', pem, '--api-ssl-ca', fixture('ca.pem')];
    const { proxy } = await startFromCommandLine([...pair, ...asking]);
    const socketPath = 'socketPath' in proxy.adminAddress ? proxy.adminAddress.socketPath : '';
    expect((await askSecurely(0, '/_chp_healthz', { socketPath, ...clientPair })).status).toBe(200);
    await expect(askSecurely(0, '/_chp_healthz', { socketPath })).rejects.toThrow();
  },
);

test('--client-ssl-ca says whom to believe about targets, --client-ssl-key and -cert what to show them.', async () => {
  const target = await startSecureBackend({ ca: authority, requestCert: true, rejectUnauthorized: true });
  const believing = ['--default-target', target, '--client-ssl-ca', fixture('ca.pem')];
  const shown = ['--client-ssl-key', fixture('client.pem'), '--client-ssl-cert', fixture('client.pem')];
  const jupyterHub = ['--client-ssl-request-cert', '--client-ssl-reject-unauthorized'];
  const { port } = await startFromCommandLine([...believing, ...shown, ...jupyterHub]);
  expect((await ask(port, '/x')).body).toBe('client at /x');
  const without = await startFromCommandLine(believing);
  expect((await ask(without.port, '/x')).status).toBe(503);
});

test('A target whose certificate nobody vouches for gets nothing, unless --insecure says so.', async () => {
  const target = await startSecureBackend();
  const careful = await startFromCommandLine(['--default-target', target]);
  expect((await ask(careful.port, '/x')).status).toBe(503);
  const careless = await startFromCommandLine(['--default-target', target, '--insecure']);
  expect((await ask(careless.port, '/x')).body).toBe('nobody at /x');
});

test('--redirect-port sends http to https at --redirect-to, 443 unsaid; a Host that is none is a 400.', async () => {
  const { proxy } = await startFromCommandLine([...publicTls, '--redirect-port', '0', '--redirect-to', '443']);
  const port = portOf(proxy.redirectAddress);
  const answer = await ask(port, '/user/al?q=1', { headers: { host: 'hub.example.org:80' } });
  expect(answer).toMatchObject({ status: 301, headers: { location: 'https://hub.example.org/user/al?q=1' } });
  expect((await ask(port, '/', { headers: { host: 'a b' } })).status).toBe(400);
  const { redirect } = readCommandLine([...publicTls, '--port', '8443', '--redirect-port', '80']);
  expect(redirect).toMatchObject({ httpsPort: 8443 });
});

test('A connection that never finishes its handshake does not hold up the end.', async () => {
  const { proxy, port } = await startFromCommandLine(publicTls);
  const socket = createConnection({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  await once(socket, 'connect');
  await askSecurely(port, '/_chp_healthz');
  const closed = once(socket, 'close');
  await proxy.close();
  await closed;
});
