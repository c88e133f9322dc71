import { userNamePattern } from '../../config/setting-types.js';
import { publicPathOf } from '../../spawn/public-path.js';
import { SERVER_NAME } from '../../spawn/steps/check-request.js';

/** Where somebody wants to go who came to a server's gate. */
export interface WayToServer {
  readonly userName: string;
  readonly serverName: string;
  /** The path that only this server answers; the gate's cookie is for it alone. */
  readonly serverPath: string;
  /** Path and query to send the browser to, below `serverPath`. */
  readonly target: string;
}

/** Visible ASCII but the backslash, which browsers take for a slash; what else a path holds comes percent-encoded. */
const PLAIN = /^\/user\/[\x21-\x5B\x5D-\x7E]*$/;
const MAX_LENGTH = 8_000;

/**
 * Reads the parameter `next` of the gate. Only a path of this hub below `/user/<user>/<server>` passes, so that nobody
 * is sent elsewhere (https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html).
 * The target is written anew from the checked names: the cookie's path and the browser's path are the same, letter by
 * letter, or the gate would be asked again and again.
 *
 * @returns undefined for anything else
 */
export function readNext(next: unknown): WayToServer | undefined {
  if (typeof next !== 'string' || next.length > MAX_LENGTH || !PLAIN.test(next)) {
    return undefined;
  }
  const url = parse(next);
  const [, users, userName = '', serverName = '', ...rest] = url?.pathname.split('/') ?? [];
  if (url === undefined || users !== 'user' || !userNamePattern.test(userName) || !SERVER_NAME.test(serverName)) {
    return undefined;
  }
  const serverPath = publicPathOf({ userName, name: serverName });
  return { userName, serverName, serverPath, target: `${serverPath}${rest.join('/')}${url.search}` };
}

/** With dot segments taken out, as the browser would. */
function parse(path: string): URL | undefined {
  const base = 'http://hub.invalid';
  const url = URL.canParse(path, base) ? new URL(path, base) : undefined;
  return url?.origin === base ? url : undefined;
}
