import { ProxyError } from '../proxy-error.js';

/** Where the requests of a route go. */
export interface Target {
  /** As it was given. */
  readonly href: string;
  readonly secure: boolean;
  /** Either a unix socket or a host and port. */
  readonly address: { readonly socketPath: string } | { readonly host: string; readonly port: number };
  /** Put before the path of each request; without a slash at the end, mostly empty. */
  readonly pathPrefix: string;
}

/** The path behind the socket is put into request lines as it is. */
const unixTarget = /^(?:unix\+http|http\+unix):\/\/([^/?#]+)(\/[\x21\x24-\x3e\x40-\x7e]*)?$/;
/** sockaddr_un.sun_path holds 108 bytes with the closing NUL (unix(7)). */
const longestSocketPath = 107;

/**
 * Reads `http://host:port`, `https://host:port`, `unix+http://%2Fpath%2Fto.sock` or `http+unix://%2Fpath%2Fto.sock`,
 * each with or without a path to put before every request's. Throws `bad-target`; its message does not repeat the
 * target, which may hold a password.
 */
export function parseTarget(href: string): Target {
  const unix = unixTarget.exec(href);
  if (unix !== null) return parseUnixTarget(href, unix[1] ?? '', unix[2] ?? '');
  const url = URL.parse(href);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new ProxyError('bad-target', 'A target must begin with http://, https:// or unix+http://%2F….');
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ProxyError('bad-target', 'A target may hold neither a user name, a password, a query nor a fragment.');
  }
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return { href, secure, address: { host, port }, pathPrefix: trimSlash(url.pathname) };
}

function parseUnixTarget(href: string, encodedPath: string, pathPrefix: string): Target {
  let socketPath: string;
  try {
    socketPath = decodeURIComponent(encodedPath);
  } catch (cause) {
    throw new ProxyError('bad-target', 'The path of the unix socket is not well percent-encoded.', { cause });
  }
  if (!socketPath.startsWith('/') || socketPath.includes('\0')) {
    throw new ProxyError('bad-target', 'The path of a unix socket must be absolute: unix+http://%2Fpath%2Fto.sock.');
  }
  if (Buffer.byteLength(socketPath) > longestSocketPath) {
    throw new ProxyError('bad-target', `The path of a unix socket may be at most ${longestSocketPath} bytes long.`);
  }
  return { href, secure: false, address: { socketPath }, pathPrefix: trimSlash(pathPrefix) };
}

function trimSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
