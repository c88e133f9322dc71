import { createPublicKey, generateKeyPairSync, type KeyLike, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';

const gatePayloadSchema = z.strictObject({
  v: z.literal(1),
  user: z.string().min(1),
  server: z.string().min(1),
  session: z.string().min(1),
  iat: z.int(),
  exp: z.int(),
});

/**
 * What a gate token says: this user's session may pass to this server until `exp`. Times are in seconds since 1970;
 * `session` is an opaque name by which the hub can take the token back before it ends.
 */
export type GatePayload = z.infer<typeof gatePayloadSchema>;

/** Either what a token says, or why it is worth nothing. */
export type GateTokenReading = { payload: GatePayload } | { fault: 'malformed' | 'forged' | 'expired' };

/** Longer than any token that the hub signs (names are at most 64 characters); nothing longer is looked at. */
const longestToken = 2048;
const tokenForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$/;

/** A fresh pair for the gate, in PEM: the hub keeps the private half, the proxy gets the public one. */
export function createGateKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/**
 * The proxy's half of the gate's keys. Throws a `TypeError` when the key is not an Ed25519 one: with another kind of
 * key every token would be refused, one request at a time.
 */
export function readGateKey(key: KeyObject | string): KeyObject {
  const publicKey = typeof key === 'string' ? createPublicKey(key) : key;
  if (publicKey.type !== 'public' || publicKey.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('The gate needs the public half of an Ed25519 key.');
  }
  return publicKey;
}

/** `base64url(JSON payload) + '.' + base64url(Ed25519 signature over the first part)` (RFC 8032, RFC 4648 section 5). */
export function signGateToken(payload: GatePayload, privateKey: KeyLike): string {
  const claims = Buffer.from(JSON.stringify(gatePayloadSchema.parse(payload))).toString('base64url');
  return `${claims}.${sign(null, Buffer.from(claims), privateKey).toString('base64url')}`;
}

/**
 * Reads a token of unknown origin; never throws for what the token holds. The signature is checked before anything of
 * the payload is parsed. `nowSeconds` is the time since 1970.
 */
export function verifyGateToken(token: string, publicKey: KeyLike, nowSeconds: number): GateTokenReading {
  if (token.length > longestToken || !tokenForm.test(token)) return { fault: 'malformed' };
  const dot = token.indexOf('.');
  const claims = token.slice(0, dot);
  const signature = Buffer.from(token.slice(dot + 1), 'base64url');
  if (!verify(null, Buffer.from(claims), publicKey, signature)) return { fault: 'forged' };
  const payload = gatePayloadSchema.safeParse(parseJson(Buffer.from(claims, 'base64url').toString('utf8')));
  if (!payload.success) return { fault: 'malformed' };
  return payload.data.exp > nowSeconds ? { payload: payload.data } : { fault: 'expired' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no payload has this form: it is told as malformed
  }
}
