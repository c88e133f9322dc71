import { readFileSync } from 'node:fs';
import { request as openRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type CommandOptions, createCommand } from '../../src/command/options.js';
import { readProxyOptions } from '../../src/command/read-proxy-options.js';
import { ProxyClient, type ProxyOptions, startProxy } from '../../src/index.js';
import { adminToken, type LogLine, makeFolder, type TestProxy } from './test-proxy.js';

export const withToken = { CONFIGPROXY_AUTH_TOKEN: adminToken };

/** A certificate, or a key, of the fixtures; both of `server` and `client` are signed by `ca`. */
export function fixture(name: string): string {
  return join(import.meta.dirname, '../fixtures', name);
}

export const serverPair = { key: readFileSync(fixture('server.pem')), cert: readFileSync(fixture('server.pem')) };
export const clientPair = { key: readFileSync(fixture('client.pem')), cert: readFileSync(fixture('client.pem')) };
export const authority = readFileSync(fixture('ca.pem'));

/** What the command makes of its arguments. Throws what it would say. */
export function readCommandLine(args: readonly string[], environment: NodeJS.ProcessEnv = withToken): ProxyOptions {
  const command = createCommand()
    .exitOverride()
    .configureOutput({ writeErr() {}, writeOut() {} });
  const options = command.parse(args, { from: 'user' }).opts<CommandOptions>();
  return readProxyOptions(options, environment, { debug() {}, info() {}, warn() {}, error() {} });
}

/** A proxy as the command starts it with these arguments, on free ports; ends with the test. */
export async function startFromCommandLine(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = withToken,
): Promise<TestProxy> {
  const socketPath = join(await makeFolder(), 'api.sock');
  const log: LogLine[] = [];
  const writeTo = (level: string) => (fields: object, message: string) => void log.push({ level, fields, message });
  const options = readCommandLine(
    ['--ip', '127.0.0.1', '--port', '0', '--api-socket', socketPath, ...args],
    environment,
  );
  const proxy = await startProxy({
    ...options,
    log: { debug: writeTo('debug'), info: writeTo('info'), warn: writeTo('warn'), error: writeTo('error') },
    timeouts: { ...options.timeouts, drainMs: 100 },
  });
  onTestFinished(() => proxy.close());
  const port = portOf(proxy.address);
  const client = new ProxyClient({ socketPath, token: adminToken });
  return { proxy, port, url: `http://127.0.0.1:${port}`, client, log };
}

export function portOf(address: object | undefined): number {
  return address !== undefined && 'port' in address ? Number(address.port) : 0;
}

/** One request over TLS; rejects when the connection is refused. */
export async function askSecurely(
  port: number,
  path: string,
  options: RequestOptions = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const where = { host: '127.0.0.1', port, path, servername: 'localhost', ca: authority, agent: false };
    const request = openRequest({ ...where, ...options }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
    });
    request.once('error', reject).end();
  });
}
