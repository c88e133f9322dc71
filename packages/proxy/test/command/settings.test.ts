import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refusedOptions } from '../../src/command/options.js';
import { ask } from '../support/ask.js';
import { startBackend, startRawBackend } from '../support/backend.js';
import { RawClient } from '../support/raw-client.js';
import { fixture, portOf, readCommandLine, startFromCommandLine } from '../support/start-command.js';
import { adminToken, makeFolder } from '../support/test-proxy.js';

test('Without options the proxy listens on all addresses at 8000, its API on this machine at 8001.', () => {
  expect(readCommandLine([])).toMatchObject({
    listen: { host: '::', port: 8000 },
    admin: { host: 'localhost', port: 8001 },
    metrics: undefined,
    redirect: undefined,
  });
});

test('--ip and --port say where; the API is one port further, or where --api-ip and --api-port say.', () => {
  expect(readCommandLine(['--ip', '10.0.0.1', '--port', '9000'])).toMatchObject({
    listen: { host: '10.0.0.1', port: 9000 },
    admin: { host: 'localhost', port: 9001 },
  });
  expect(readCommandLine(['--ip=', '--api-ip', '*', '--api-port', '7000'])).toMatchObject({
    listen: { host: '::' },
    admin: { host: '::', port: 7000 },
  });
});

test('--socket and --api-socket are unix sockets instead.', async () => {
  const socket = join(await makeFolder(), 'public.sock');
  const { client } = await startFromCommandLine(['--socket', socket]);
  await client.addRoute('/x', { target: (await startBackend()).target });
  expect((await ask(socket, '/x')).body).toBe('ok');
});

test('--metrics-port counts requests by kind and status, and calls of the API.', async () => {
  const backend = await startBackend();
  const { proxy, port, client } = await startFromCommandLine(['--metrics-port', '0']);
  await client.addRoute('/x', { target: backend.target });
  await client.deleteRoute('/none');
  for (const path of ['/x', '/x', '/none']) await ask(port, path);
  const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': 'a' };
  await ask(port, '/none', { headers: upgrade });
  const { headers, body } = await ask(portOf(proxy.metricsAddress), '/metrics');
  expect(headers['content-type']).toContain('version=0.0.4');
  const counts = Object.fromEntries(
    body
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
  expect(counts).toMatchObject({
    requests_web: 3,
    requests_ws: 1,
    'requests_proxy{status="200"}': 2,
    'requests_proxy{status="404"}': 2,
    api_route_get: 0,
    api_route_add: 1,
    api_route_delete: 0,
    'requests_api{status="201"}': 1,
    'requests_api{status="404"}': 1,
    'connections_refused{limit="client"}': 0,
    'http2_bad_ends{why="nuisance"}': 0,
    routes: 1,
  });
  expect(counts.process_resident_memory_bytes).toBeGreaterThan(1e6);
  expect(counts.nodejs_heap_size_used_bytes).toBeGreaterThan(1e6);
  expect((await ask(portOf(proxy.metricsAddress), '/')).status).toBe(404);
});

test('--metrics-ip and --metrics-socket say where the metrics are.', async () => {
  expect(readCommandLine(['--metrics-port', '9', '--metrics-ip', '10.0.0.1']).metrics).toEqual({
    host: '10.0.0.1',
    port: 9,
  });
  const socket = join(await makeFolder(), 'metrics.sock');
  await startFromCommandLine(['--metrics-socket', socket]);
  expect((await ask(socket, '/metrics')).status).toBe(200);
});

test('--proxy-timeout gives up a target that does not begin to answer.', async () => {
  const { target } = await startRawBackend(() => {});
  const { port } = await startFromCommandLine(['--default-target', target, '--proxy-timeout', '100']);
  expect((await ask(port, '/x')).status).toBe(503);
});

test('--timeout closes the connection of a request on which nothing passes.', async () => {
  const { target } = await startRawBackend(() => {});
  const { port } = await startFromCommandLine(['--default-target', target, '--timeout', '100']);
  await expect(ask(port, '/x')).rejects.toThrow('socket hang up');
});

test('--keep-alive-timeout closes a connection without a request; it is 5 seconds unless said.', async () => {
  expect(readCommandLine([]).timeouts?.idleMs).toBe(5000);
  const { port } = await startFromCommandLine(['--keep-alive-timeout', '50']);
  const client = await RawClient.open(port);
  client.send('GET /_chp_healthz HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(client.socket, 'end');
  expect(client.text).toContain('200 OK');
}, 4000);

test('Without CONFIGPROXY_AUTH_TOKEN nothing starts: the routes would be anybody’s.', () => {
  for (const environment of [{}, { CONFIGPROXY_AUTH_TOKEN: '' }]) {
    expect(() => readCommandLine([], environment)).toThrow('CONFIGPROXY_AUTH_TOKEN');
  }
  expect(readCommandLine([]).adminToken).toBe(adminToken);
});

test.each(refusedOptions)('$flags is refused, and it is said why.', ({ flags, reason }) => {
  const [name = '', value] = flags.split(' ');
  expect(() => readCommandLine(value === undefined ? [name] : [name, '1'])).toThrow(reason);
});

test.each([
  [['--port', '65536'], 'A port is a number up to 65535'],
  [['--timeout', 'soon'], 'a number of milliseconds'],
  [['--log-level', 'loud'], 'Levels are debug, info, warn and error'],
  [['--protocol-rewrite', 'ftp'], 'Allowed choices are http, https'],
  [['--custom-header', 'nothing'], 'has no value'],
  [['--custom-header', 'Host: other'], 'is set by the proxy itself'],
  [['--ssl-key', '/missing'], 'belong together'],
  [['--ssl-key', '/missing', '--ssl-cert', '/missing'], '--ssl-cert: /missing cannot be read: there is no such file'],
  [['--ssl-request-cert'], 'need --ssl-key and --ssl-cert'],
  [['--redirect-port', '80'], 'needs --ssl-key and --ssl-cert'],
  [['--default-target', 'hub:8081'], '--default-target: A target must begin with http://'],
  [['--error-target', 'hub/error'], '--error-target: A target must begin with http://'],
  [['--nonsense'], "unknown option '--nonsense'"],
  [
    ['--ssl-key', fixture('server.pem'), '--ssl-cert', fixture('server.pem'), '--ssl-protocol', 'SSLv3'],
    '--ssl-protocol is TLSv1.2 or TLSv1.3',
  ],
])('%j is refused in words.', (args, words) => {
  expect(() => readCommandLine(args)).toThrow(words);
});

test('Levels of the log come in any case of letters.', () => {
  expect(() => readCommandLine(['--log-level', 'WARN'])).not.toThrow();
});
