import type { Middleware } from 'koa';

/** Nothing but what the hub itself serves, and no code or style written into a page (https://www.w3.org/TR/CSP3/). */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/**
 * The headers that make browsers careful. Two have more to do here than elsewhere, because notebooks live on the same
 * origin as the hub: with Cross-Origin-Opener-Policy a page of a notebook that opens a page of the hub can't reach into
 * it; with Referrer-Policy `same-origin` (and not `no-referrer`) forms still say which origin they come from.
 */
export function securityHeaders(publicUrl: string): Middleware {
  const headers = {
    'Content-Security-Policy': contentSecurityPolicy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
    ...(publicUrl.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
  return async (ctx, next) => {
    ctx.set(headers);
    await next();
  };
}
