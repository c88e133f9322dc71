import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const bytes = 32;

/**
 * A token for the forms of a page: it shows that the form came from a page of the hub and belongs to the cookie
 * `secret` (the session's, or before signing in one of its own). It looks different each time, so that the sizes of
 * compressed pages tell nothing about it (https://www.breachattack.com/).
 */
export function makeXsrfToken(secret: string): string {
  const mask = randomBytes(bytes);
  return Buffer.concat([mask, combine(mask, hashSecret(secret))]).toString('base64url');
}

/** Whether a token was made for the cookie `secret`. */
export function checkXsrfToken(token: string, secret: string): boolean {
  const both = Buffer.from(token, 'base64url');
  return (
    both.length === 2 * bytes &&
    timingSafeEqual(combine(both.subarray(0, bytes), both.subarray(bytes)), hashSecret(secret))
  );
}

/** The secret is random itself, so a hash hides it as well as a MAC would. */
function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(`juhub xsrf ${secret}`).digest();
}

function combine(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));
}
