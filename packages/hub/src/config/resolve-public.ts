import type { ListenAddress, PublicAddress } from './config.js';
import type { ConfigProblem } from './config-error.js';
import { formatHostPort, parseListenAddress } from './parse-address.js';
import type { ReadSettings } from './read-settings.js';
import type { Settings } from './settings-schema.js';

type PublicSettings = Settings['public'];

/**
 * Browsers' address: the setting, or the TCP address that the proxy listens on (a wildcard is reached by the loopback).
 *
 * @param absolute makes a path of the file absolute
 */
export function resolvePublic(settings: PublicSettings, absolute: (path: string) => string): PublicAddress {
  const { accessLog, tls, redirect, ...rest } = settings;
  const listen = readListen(settings.listen);
  return {
    ...rest,
    url: settings.url?.replace(/\/$/, '') ?? makeUrl(listen, tls === undefined ? 'http' : 'https'),
    listen,
    ...(accessLog === undefined ? {} : { accessLog: accessLog === '-' ? accessLog : absolute(accessLog) }),
    ...(tls === undefined ? {} : { tls: resolveTls(tls, absolute) }),
    ...(redirect === undefined ? {} : { redirect: readListen(redirect) }),
  };
}

function resolveTls(
  { certificate, key, passphraseFile }: NonNullable<PublicSettings['tls']>,
  absolute: (path: string) => string,
): NonNullable<PublicAddress['tls']> {
  return {
    certificate: absolute(certificate),
    key: absolute(key),
    ...(passphraseFile === undefined ? {} : { passphraseFile: absolute(passphraseFile) }),
  };
}

function makeUrl(listen: ListenAddress, scheme: 'http' | 'https'): string {
  const tcp = 'host' in listen ? listen : { host: '127.0.0.1', port: 8000 };
  const host = isWildcard(tcp.host) ? '127.0.0.1' : tcp.host;
  return new URL(`${scheme}://${formatHostPort({ host, port: tcp.port })}`).origin;
}

/** What the public addresses have against each other. */
export function findPublicProblems(
  { url, listen, tls, redirect }: PublicSettings,
  problemAt: ReadSettings<unknown>['problemAt'],
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const say = (name: keyof PublicSettings, message: string) => problems.push(problemAt(['public', name], message));
  const where = readListen(listen);
  if (url === undefined && !('host' in where)) {
    say('listen', 'public.url is missing; it is needed where public.listen is not HOST:PORT');
  }
  if (tls !== undefined && url?.startsWith('http:')) {
    say('url', 'public.url: expected an address with https://, as public.tls is given');
  }
  if (redirect !== undefined && tls === undefined) {
    say(
      'redirect',
      'public.redirect leads to https, so it needs public.tls; a web server in front redirects by itself',
    );
  }
  if (redirect !== undefined && areSame(where, readListen(redirect))) {
    say('redirect', `public.redirect: public.listen has this address already (${listen})`);
  }
  return problems;
}

/** Whether both cannot be listened on at the same time; a wildcard has every address. */
function areSame(one: ListenAddress, other: ListenAddress): boolean {
  if ('host' in one && 'host' in other) {
    const isSameHost = one.host === other.host || isWildcard(one.host) || isWildcard(other.host);
    return one.port === other.port && one.port !== 0 && isSameHost;
  }
  return JSON.stringify(one) === JSON.stringify(other);
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function readListen(text: string): ListenAddress {
  const listen = parseListenAddress(text);
  if (listen === undefined) {
    throw new TypeError(`The schema let a wrong address through: ${text}`);
  }
  return listen;
}
