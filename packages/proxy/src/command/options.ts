import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { findHeaderFault } from '../routes/route-body.js';

/** What the command line said, by the names that commander makes of it. */
export interface CommandOptions {
  ip?: string;
  port: number;
  socket?: string;
  sslKey?: string;
  sslCert?: string;
  sslCa?: string;
  sslRequestCert?: true;
  sslProtocol?: string;
  sslCiphers?: string;
  sslDhparam?: string;
  apiIp: string;
  apiPort?: number;
  apiSocket?: string;
  apiSslKey?: string;
  apiSslCert?: string;
  apiSslCa?: string;
  apiSslRequestCert?: true;
  clientSslKey?: string;
  clientSslCert?: string;
  clientSslCa?: string;
  defaultTarget?: string;
  errorTarget?: string;
  errorPath?: string;
  redirectPort?: number;
  redirectTo?: number;
  pidFile?: string;
  routesFile?: string;
  accessLog?: string;
  xForward: boolean;
  prependPath: boolean;
  includePrefix: boolean;
  autoRewrite?: true;
  changeOrigin?: true;
  protocolRewrite?: 'http' | 'https';
  customHeader: Readonly<Record<string, string>>;
  http2: boolean;
  insecure?: true;
  hostRouting?: true;
  metricsIp: string;
  metricsPort?: number;
  metricsSocket?: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  timeout?: number;
  proxyTimeout?: number;
  keepAliveTimeout: number;
  headerTimeout: number;
  bodyTimeout: number;
  maxHeaderSize: number;
  maxConnections: number;
  maxConnectionsPerClient: number;
  trustedProxy: readonly string[];
}

/** Options of configurable-http-proxy that are left out on purpose, each with the reason. */
export const refusedOptions: readonly { flags: string; reason: string }[] = [
  { flags: '--ssl-allow-rc4', reason: 'RC4 is broken, and no TLS library offers it any more' },
  { flags: '--storage-backend <class>', reason: 'routes are in memory, and kept across a restart with --routes-file' },
  { flags: '--statsd-host <host>', reason: 'use --metrics-port, which Prometheus and its exporters read' },
  { flags: '--statsd-port <n>', reason: 'use --metrics-port, which Prometheus and its exporters read' },
  { flags: '--statsd-prefix <prefix>', reason: 'use --metrics-port, which Prometheus and its exporters read' },
];

/** The command with all its options: those of configurable-http-proxy and our own. */
export function createCommand(): Command {
  const command = new Command('juhub-proxy')
    .description('A proxy whose routes are set over a REST API; takes the options of configurable-http-proxy')
    .allowExcessArguments(false)
    .option('-V, --version', 'say the version')
    .on('option:version', () => {
      process.stdout.write(`${readVersion()}\n`);
      process.exit();
    });
  addListeners(command);
  addTls(command);
  addForwarding(command);
  addLimits(command);
  addRest(command);
  for (const { flags, reason } of refusedOptions) {
    const refuse = (): never => {
      throw new InvalidArgumentError(`It is left out on purpose: ${reason}.`);
    };
    const option = new Option(flags).hideHelp();
    // A flag without a value is never parsed by commander; as an optional one it is refused in either case.
    if (flags.includes('<')) command.addOption(option.argParser(refuse));
    else
      command
        .addOption(option)
        .on(`option:${option.name()}`, () =>
          command.error(`error: option '${flags}' is left out on purpose: ${reason}.`),
        );
  }
  return command;
}

function readVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function addListeners(command: Command): void {
  command
    .option('--ip <address>', 'public address; empty or * for all')
    .option('--port <n>', 'public port', parsePort, 8000)
    .option('--socket <path>', 'public unix socket, instead of --ip and --port')
    .option('--api-ip <address>', 'address of the REST API', 'localhost')
    .option('--api-port <n>', 'port of the REST API (default: --port + 1)', parsePort)
    .option('--api-socket <path>', 'unix socket of the REST API, instead of --api-ip and --api-port')
    .option('--metrics-ip <address>', 'address of the metrics for Prometheus; empty or * for all', '127.0.0.1')
    .option('--metrics-port <n>', 'port of the metrics (default: no metrics)', parsePort)
    .option('--metrics-socket <path>', 'unix socket of the metrics, instead of --metrics-ip and --metrics-port')
    .option('--redirect-port <n>', 'redirect http on this port to https', parsePort)
    .option('--redirect-to <n>', 'the port to redirect to (default: --port)', parsePort);
}

function addTls(command: Command): void {
  for (const [prefix, side] of [
    ['', 'public side'],
    ['api-', 'REST API'],
    ['client-', 'way to targets of https'],
  ]) {
    command
      .option(`--${prefix}ssl-key <file>`, `key for the ${side}, PEM`)
      .option(`--${prefix}ssl-cert <file>`, `certificate with its chain for the ${side}, PEM`)
      .option(`--${prefix}ssl-ca <file>`, `authorities that are believed on the ${side}, PEM`);
    const isClient = prefix === 'client-';
    const noUse = `(taken, without effect: ${isClient ? 'targets are always checked' : `--${prefix}ssl-request-cert does it`})`;
    const asked = isClient
      ? `ask for a certificate ${noUse}`
      : `let in only who shows a good certificate on the ${side}`;
    command
      .option(`--${prefix}ssl-request-cert`, asked)
      .option(`--${prefix}ssl-reject-unauthorized`, `refuse those without a good one ${noUse}`);
  }
  command
    .option('--ssl-protocol <name>', 'the one version of TLS for public side and REST API: TLSv1.2 or TLSv1.3')
    .option('--ssl-ciphers <list>', 'cipher suites for public side and REST API, in OpenSSL’s words')
    .option('--ssl-dhparam <file>', 'Diffie-Hellman parameters for public side and REST API, PEM')
    .option('--no-http2', 'speak HTTP/1.1 alone on the public side, to browsers that could do better, too')
    .option('--insecure', 'believe any certificate of a target');
}

function addForwarding(command: Command): void {
  command
    .option('--default-target <url>', 'where whatever has no route goes')
    .option('--host-routing', 'the first level of each route is a host name')
    .option('--no-x-forward', 'do not tell targets where a request came from (X-Forwarded-*)')
    .option(
      '--trusted-proxy <address>',
      'address, network or "unix": a proxy in front whose X-Forwarded-* is believed (see below); repeatable',
      collect,
      [],
    )
    .option('--no-prepend-path', 'do not put the path of a target before that of the request')
    .option('--no-include-prefix', 'take the path of the route off before the request goes on')
    .option('--auto-rewrite', 'turn redirects of a target to itself into redirects to the address that was asked for')
    .addOption(new Option('--protocol-rewrite <scheme>', 'give such redirects this scheme').choices(['http', 'https']))
    .option('--change-origin', 'give targets their own address as Host')
    .option('--custom-header <name:value>', 'a header for every request to a target; repeatable', collectHeader, {});
}

function addLimits(command: Command): void {
  command
    .option('--header-timeout <ms>', 'how long the head of a request may take to arrive', parseMs, 30_000)
    .option(
      '--body-timeout <ms>',
      'in how long at least 1 KB of a body must arrive, unless the target does not read; 0: as slow as it likes',
      parseMs,
      60_000,
    )
    .option('--max-header-size <bytes>', 'the largest head of a request', parseCount, 65_536)
    .option(
      '--max-connections <n>',
      'open connections of all clients together, and as many again on --redirect-port; 0: no limit',
      parseCount,
      0,
    )
    .option(
      '--max-connections-per-client <n>',
      'open connections of one client address (IPv6: of a /64); 0: no limit. Trusted proxies are not counted: of the clients that they name, requests and WebSockets under way are',
      parseCount,
      0,
    );
}

function addRest(command: Command): void {
  command
    .option('--error-target <url>', 'server that makes the error pages: URL/404?url=…')
    .option('--error-path <folder>', 'folder with error pages: 404.html …, error.html')
    .option('--timeout <ms>', 'give up a request on which nothing has passed for so long', parseMs)
    .option('--proxy-timeout <ms>', 'give up a target that has not begun to answer after so long', parseMs)
    .option('--keep-alive-timeout <ms>', 'keep a connection without a request for so long', parseMs, 5000)
    .option('--pid-file <file>', 'write the process id here; removed at the end')
    .option('--routes-file <file>', 'keep the routes here across a restart (default: in memory alone)')
    .option('--access-log <file>', 'a line of JSON for each request; - for standard output (default: none)')
    .addOption(
      new Option('--log-level <level>', 'debug, info, warn or error; in any case of letters')
        .default('info')
        .argParser(parseLevel),
    );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('A port is a number up to 65535.');
  return port;
}

function parseMs(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a number of milliseconds.');
  return Number(text);
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function parseLevel(text: string): string {
  const level = text.toLowerCase();
  if (!['debug', 'info', 'warn', 'error'].includes(level)) {
    throw new InvalidArgumentError('Levels are debug, info, warn and error.');
  }
  return level;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function collectHeader(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf(':');
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  const fault = findHeaderFault(name, text.slice(at + 1).trim());
  if (at < 0 || fault !== undefined) throw new InvalidArgumentError(`The header ${fault ?? 'has no value'}.`);
  return { ...before, [name]: text.slice(at + 1).trim() };
}
