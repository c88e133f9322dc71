/** All cookies of the hub and of the gate begin so; the other half is for the prefixes of RFC 6265bis. */
const ownCookieName = /^(?:__host-|__secure-)?juhub-/i;

/** All values of the cookie of this name, in the order in which they came: a name may come more than once. */
export function readCookies(cookieHeaders: readonly string[], name: string): string[] {
  return splitPairs(cookieHeaders)
    .filter((pair) => readPairName(pair) === name)
    .map((pair) => pair.slice(pair.indexOf('=') + 1).trim());
}

/** One Cookie header without any cookie of the hub or the gate; nothing when none is left. */
export function stripOwnCookies(cookieHeader: string): string | undefined {
  const kept = splitPairs([cookieHeader]).filter((pair) => !ownCookieName.test(readPairName(pair)));
  return kept.length === 0 ? undefined : kept.join('; ');
}

/**
 * Whether a Set-Cookie of a backend may pass: it must not set a cookie of the hub's or the gate's names, nor one
 * with an empty name. Browsers send the nameless `=juhub-session=x` back as `juhub-session=x`, which nobody can tell from the
 * real one (RFC 6265bis, 5.7: the name ends at the first `=`, white space around it does not count).
 */
export function mayBackendSetCookie(setCookieHeader: string): boolean {
  const pair = setCookieHeader.split(';', 1)[0] ?? '';
  const name = readPairName(pair);
  return name !== '' && !ownCookieName.test(name);
}

function splitPairs(cookieHeaders: readonly string[]): string[] {
  return cookieHeaders
    .flatMap((header) => header.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
}

/** A pair without `=` counts as a name: that is the safe side for stripping. */
function readPairName(pair: string): string {
  const end = pair.indexOf('=');
  return (end < 0 ? pair : pair.slice(0, end)).trim();
}
