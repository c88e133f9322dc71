import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One line of a known_hosts file. */
export interface KnownHost {
  /** Counted from 1. */
  line: number;
  marker: 'revoked' | 'cert-authority' | undefined;
  /** The names as written: patterns between commas, or one hashed name. */
  names: string;
  keyType: string;
  /** The public key in the wire format of RFC 4253, 6.6. */
  key: Buffer;
}

/** Reads a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Lines that are no entry are passed over, as by ssh. */
export function parseKnownHosts(text: string): KnownHost[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const fields = content.trim().split(/[ \t]+/);
    const marker = fields[0]?.startsWith('@') ? fields.shift()?.slice(1) : undefined;
    const [names, keyType, key] = fields;
    if (!names || names.startsWith('#') || !keyType || !key) return [];
    if (marker !== undefined && marker !== 'revoked' && marker !== 'cert-authority') return [];
    return [{ line: index + 1, marker, names, keyType, key: Buffer.from(key, 'base64') }];
  });
}

/** The entries that hold for a host: under its plain name on port 22, under `[name]:port` elsewhere. */
export function findKnownHosts(entries: readonly KnownHost[], host: string, port: number): KnownHost[] {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  return entries.filter((entry) => matchesNames(entry.names, name));
}

/** `SHA256:` and the digest as ssh prints it. */
export function formatFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The type that a public key itself names (RFC 4253, 6.6). */
export function readKeyType(key: Buffer): string {
  return key.length < 4 ? 'unknown' : key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function matchesNames(names: string, name: string): boolean {
  if (names.startsWith('|')) return matchesHash(names, name);
  const patterns = names.toLowerCase().split(',');
  const matches = (pattern: string) => toExpression(pattern).test(name);
  // One negated pattern that matches outweighs all others (sshd(8)).
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

// |1|base64 of the salt|base64 of HMAC-SHA1(salt, name)
function matchesHash(names: string, name: string): boolean {
  const [, version, salt, digest] = names.split('|');
  if (version !== '1' || !salt || !digest) return false;
  const expected = Buffer.from(digest, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function toExpression(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`);
}
