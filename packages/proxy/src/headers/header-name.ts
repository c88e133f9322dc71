/** What a header's name means here. */
export interface HeaderName {
  /** In lower case: the name by which HTTP knows it. */
  readonly lower: string;
  /** See `normalizeHeaderName`. */
  readonly normalized: string;
  /** Whether it is a token (RFC 9110, 5.6.2), as the name of a header must be. */
  readonly isToken: boolean;
  readonly isHopByHop: boolean;
  /** Says where a request came from. */
  readonly isForwarding: boolean;
}

/** RFC 9110, 7.6.1, and what older programs sent: they speak of one connection and end with it. */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const forwarding = /^(?:forwarded|x-real-ip|x-forwarded-.*)$/;

/**
 * The name by which two headers are the same to anybody on the way: lower case, and `_` as `-`, because CGI and WSGI
 * programs cannot tell `X_Forwarded_For` from `X-Forwarded-For`.
 */
export function normalizeHeaderName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

const mostKnown = 1000;
const longestKnown = 64;
const known = new Map<string, HeaderName>();

/** Looks a name up as it came. All messages have the same few dozen names: what is known of one is kept. */
export function readHeaderName(name: string): HeaderName {
  const found = known.get(name);
  if (found !== undefined) return found;
  // A copy: what was cut out of a message holds the whole message in memory for as long as it is kept.
  const own = Buffer.from(name, 'latin1').toString('latin1');
  const normalized = normalizeHeaderName(own);
  const made: HeaderName = {
    lower: own.toLowerCase(),
    normalized,
    isToken: token.test(own),
    isHopByHop: hopByHop.has(normalized),
    isForwarding: forwarding.test(normalized),
  };
  if (own.length > longestKnown) return made;
  if (known.size >= mostKnown) known.clear();
  known.set(own, made);
  return made;
}
