/**
 * The path that somebody is sent to after signing in, when it is one of this hub's: `/hub/…` or `/user/…`, with its
 * query. Anything else (another host, a scheme, what browsers turn into one) is the fallback.
 */
export function readLocalPath(text: string | undefined, fallback = '/hub/home'): string {
  if (text === undefined || text.length > 2000 || !/^\/(hub|user)\/[\x21-\x5B\x5D-\x7E]*$/.test(text)) {
    return fallback;
  }
  const url = new URL(text, 'http://hub.invalid');
  return url.host === 'hub.invalid' && /^\/(hub|user)\//.test(url.pathname) ? `${url.pathname}${url.search}` : fallback;
}
