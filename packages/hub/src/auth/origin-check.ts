/** What a browser says about where a request comes from. */
export interface RequestOrigin {
  /** The header Origin (RFC 6454). */
  origin: string | undefined;
  /** The header Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/). */
  fetchSite: string | undefined;
}

/**
 * Whether a request that changes something comes from a page of this hub, by what the browser itself says (scripts
 * can't write these headers). A client that says nothing is no browser of our time; the XSRF token still stands.
 */
export function comesFromHub({ origin, fetchSite }: RequestOrigin, publicUrl: string): boolean {
  if (fetchSite !== undefined) {
    return fetchSite === 'same-origin';
  }
  return origin === undefined || listOrigins(publicUrl).includes(origin);
}

/** A hub on the loopback is the same under each of the loopback's names. */
function listOrigins(publicUrl: string): string[] {
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'];
  if (!loopback.includes(hostname)) {
    return [origin];
  }
  return loopback.map((name) => new URL(`${protocol}//${name}:${port}`).origin);
}
