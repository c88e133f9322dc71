import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** A password that can't be taken; the message says what is expected. */
export class PasswordRefused extends Error {
  readonly code = 'password-refused';
  readonly transient = false;

  constructor(message: string) {
    super(message);
    this.name = 'PasswordRefused';
  }
}

/** Too many passwords wait to be checked; it passes by itself. */
export class TooBusy extends Error {
  readonly code = 'too-busy';
  readonly transient = true;

  constructor() {
    super('Too many people are signing in at this moment. Please try again in a few seconds.');
    this.name = 'TooBusy';
  }
}

interface Hash {
  logN: number;
  r: number;
  p: number;
  salt: Buffer;
  key: Buffer;
}

/** OWASP's advice for 32 MiB (Password Storage Cheat Sheet): N = 2^15, r = 8, p = 3; about a fifth of a second. */
const cost = { logN: 15, r: 8, p: 3 };
const keyBytes = 32;
const saltBytes = 16;
const shortest = 8;
const longestBytes = 1024;

/** What a password of somebody unknown is compared with, so that it takes as long as a known one's. */
const nobody: Hash = { ...cost, salt: randomBytes(saltBytes), key: randomBytes(keyBytes) };

/**
 * Hashes a new password for keeping: `$scrypt$ln=15,r=8,p=3$<salt>$<key>` in base64 without padding (the form of
 * https://github.com/P-H-C/phc-string-format).
 *
 * @throws PasswordRefused when it is too short or too long or holds a control character
 */
export async function hashPassword(password: string): Promise<string> {
  refuseUnusable(password);
  const salt = randomBytes(saltBytes);
  const key = await deriveKey(password, { ...cost, salt }, keyBytes);
  const { logN, r, p } = cost;
  return `$scrypt$ln=${logN},r=${r},p=${p}$${encode(salt)}$${encode(key)}`;
}

/**
 * Whether a password is the one that was hashed. Takes the same time where there is no hash (an unknown user), so that
 * nobody can find out who has an account.
 *
 * @throws TooBusy when many others are being checked
 * @throws TypeError when the hash is not one of ours
 */
export async function verifyPassword(password: string, encoded: string | undefined): Promise<boolean> {
  const hash = encoded === undefined ? nobody : parseHash(encoded);
  const usable = Buffer.byteLength(password) <= longestBytes;
  const key = await deriveKey(usable ? password : '', hash, hash.key.length);
  return timingSafeEqual(key, hash.key) && encoded !== undefined && usable;
}

function refuseUnusable(password: string): void {
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(password)) {
    throw new PasswordRefused('The password must not hold control characters such as tabs or line ends.');
  }
  if ([...password.normalize('NFC')].length < shortest) {
    throw new PasswordRefused(`The password must have at least ${shortest} characters.`);
  }
  if (Buffer.byteLength(password) > longestBytes) {
    throw new PasswordRefused(`The password must have at most ${longestBytes} bytes.`);
  }
}

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,86})\$([A-Za-z0-9+/]{43,86})$/;

function parseHash(encoded: string): Hash {
  const [, logN, r, p, salt = '', key = ''] = form.exec(encoded) ?? [];
  const hash = { logN: Number(logN), r: Number(r), p: Number(p) };
  if (!(hash.logN >= 10 && hash.logN <= 20 && hash.r >= 1 && hash.p >= 1)) {
    throw new TypeError('This is not a password hash that `juhub user hash` makes.');
  }
  return { ...hash, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

/** At most so many at a time, for each takes 32 MiB and one of Node's four threads for work in the background. */
const atOnce = 2;
const longestQueue = 100;
let running = 0;
const waiting: (() => void)[] = [];

/** Umlauts that one keyboard sends as one character and another as two are the same password: hence NFC. */
async function deriveKey(password: string, { logN, r, p, salt }: Omit<Hash, 'key'>, bytes: number): Promise<Buffer> {
  await takeTurn();
  try {
    const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: 2 * 128 * 2 ** logN * r };
    return await new Promise((resolve, reject) => {
      scrypt(password.normalize('NFC'), salt, bytes, options, (error, key) => (error ? reject(error) : resolve(key)));
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) {
      running -= 1;
    } else {
      next();
    }
  }
}

async function takeTurn(): Promise<void> {
  if (running < atOnce) {
    running += 1;
    return;
  }
  if (waiting.length >= longestQueue) {
    throw new TooBusy();
  }
  await new Promise<void>((resolve) => waiting.push(resolve));
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
