import type { ListenAddress } from '../listen.js';
import { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';
import { askErrorPagesOf, type ErrorPages, readErrorPagesFrom } from '../reply/error-pages.js';
import { parseTarget } from '../routes/target.js';
import type { ProxyOptions } from '../start-proxy.js';
import type { TargetTls } from '../upstream/target-tls.js';
import { CommandError } from './command-error.js';
import type { CommandOptions } from './options.js';
import { readApiTls, readPublicTls, readTargetTls } from './read-tls.js';

/** Turns command line and environment into a proxy's options. Reads the files of keys and certificates. Throws `CommandError`, `TlsFileError`. */
export function readProxyOptions(
  options: CommandOptions,
  environment: NodeJS.ProcessEnv,
  log: ProxyLogger,
): ProxyOptions {
  const tls = readPublicTls(options, environment);
  const targetTls = readTargetTls(options, environment);
  if (options.defaultTarget !== undefined) checkTarget('--default-target', options.defaultTarget);
  return {
    listen: readAddress(options.socket, options.ip, options.port),
    admin: readAddress(options.apiSocket, options.apiIp, options.apiPort ?? options.port + 1),
    adminToken: readToken(environment),
    ...{ tls, targetTls, log, adminTls: readApiTls(options, environment) },
    http2: options.http2,
    ...(options.defaultTarget === undefined ? {} : { defaultTarget: options.defaultTarget }),
    ...{ routesFile: options.routesFile, accessLog: options.accessLog },
    errorPages: readErrorPages(options, targetTls),
    metrics: readMetrics(options),
    redirect: readRedirect(options, tls !== undefined),
    trustedProxies: options.trustedProxy,
    hostRouting: options.hostRouting === true,
    forwardedHeaders: options.xForward,
    commonHeaders: options.customHeader,
    rewriting: {
      ...{ prependPath: options.prependPath, includePrefix: options.includePrefix },
      changeOrigin: options.changeOrigin === true,
      autoRewrite: options.autoRewrite === true,
      ...(options.protocolRewrite === undefined ? {} : { protocolRewrite: options.protocolRewrite }),
    },
    timeouts: {
      idleMs: options.keepAliveTimeout,
      answerMs: options.proxyTimeout ?? 0,
      silenceMs: options.timeout ?? 0,
      headersMs: options.headerTimeout,
      bodyMs: options.bodyTimeout,
    },
    limits: {
      headerBytes: options.maxHeaderSize,
      connections: options.maxConnections,
      connectionsPerClient: options.maxConnectionsPerClient,
    },
  };
}

/** configurable-http-proxy does without a token, and then everybody on the machine may move its routes. */
function readToken({ CONFIGPROXY_AUTH_TOKEN: token }: NodeJS.ProcessEnv): string {
  if (token) return token;
  throw new CommandError(
    'The environment has no CONFIGPROXY_AUTH_TOKEN. Without a token anybody who reaches the REST API could move the routes; set it to a long random word and give the same one to the hub.',
  );
}

function readAddress(
  socketPath: string | undefined,
  host: string | undefined,
  port: number,
): { socketPath: string } | { host: string; port: number } {
  if (socketPath !== undefined) return { socketPath };
  return { host: host === undefined || host === '' || host === '*' ? '::' : host, port };
}

function readErrorPages({ errorTarget, errorPath }: CommandOptions, tls: TargetTls): ErrorPages | undefined {
  if (errorTarget !== undefined && errorPath !== undefined) {
    throw new CommandError('--error-target and --error-path cannot both be given.');
  }
  if (errorPath !== undefined) return readErrorPagesFrom(errorPath);
  if (errorTarget === undefined) return undefined;
  checkTarget('--error-target', errorTarget);
  return askErrorPagesOf(errorTarget, tls);
}

function checkTarget(name: string, href: string): void {
  try {
    parseTarget(href);
  } catch (error) {
    throw new CommandError(`${name}: ${ProxyError.from(error).message}`);
  }
}

function readMetrics({ metricsSocket, metricsIp, metricsPort }: CommandOptions): ListenAddress | undefined {
  if (metricsSocket !== undefined) return { socketPath: metricsSocket };
  return metricsPort === undefined ? undefined : readAddress(undefined, metricsIp, metricsPort);
}

function readRedirect(options: CommandOptions, secure: boolean): ProxyOptions['redirect'] {
  const { ip, port, redirectPort, redirectTo } = options;
  if (redirectPort === undefined) return undefined;
  if (!secure) throw new CommandError('--redirect-port leads to https, and needs --ssl-key and --ssl-cert.');
  return { listen: readAddress(undefined, ip, redirectPort), httpsPort: redirectTo ?? port };
}
