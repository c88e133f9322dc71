import { ProxyError } from '../proxy-error.js';

/** Where a route hangs in the table. */
export interface RoutePath {
  /** Decoded, without a slash at the end: `/user/zoë`; the root is `/`. This is the key in listings. */
  readonly key: string;
  /** The same in octets (one UTF-16 unit an octet), as `RequestPath.segments` has them. */
  readonly segments: readonly string[];
  /** Percent-encoded, with a slash at the end: what paths below the route begin with. */
  readonly prefix: string;
  /** How many segments `prefix` has. */
  readonly pathDepth: number;
  /** With host routing, the host; nothing for the root. */
  readonly host: string | undefined;
}

/**
 * Reads the path of a route from its decoded form (`/user/alice/default/`); doubled slashes and the last one do not
 * count. With `hostRouting` the first name is a host. Throws `bad-route` for a path that no request could ever reach (see
 * `readRequestPath`).
 */
export function parseRoutePath(path: string, hostRouting = false): RoutePath {
  const names = path.split('/').filter((name) => name !== '');
  for (const name of names) {
    if (name === '.' || name === '..' || /[\\;\p{Cc}\p{Cs}]/u.test(name)) {
      throw new ProxyError(
        'bad-route',
        'A route may hold neither dot segments, backslashes, `;` nor control characters.',
      );
    }
  }
  const pathNames = hostRouting ? names.slice(1) : names;
  return {
    key: `/${names.join('/')}`,
    segments: names.map((name) => Buffer.from(name, 'utf8').toString('latin1')),
    prefix: `/${pathNames.map((name) => `${encodeURIComponent(name)}/`).join('')}`,
    pathDepth: pathNames.length,
    host: hostRouting ? names[0] : undefined,
  };
}
