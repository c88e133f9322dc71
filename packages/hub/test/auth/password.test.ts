import { describe, expect, it } from 'vitest';
import { hashPassword, PasswordRefused, TooBusy, verifyPassword } from '../../src/auth/password.js';

/** `openssl kdf -keylen 32 -kdfopt pass:'correct horse' -kdfopt salt:0123456789abcdef -kdfopt n:1024 -kdfopt r:8 -kdfopt p:1 -binary SCRYPT | base64` */
const byOpenssl = '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M';

describe('a password', () => {
  it('is known again by its hash, and no other is', async () => {
    const hash = await hashPassword('correct horse');
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword('correct horse', hash)).toBe(true);
    expect(await verifyPassword('correct horsf', hash)).toBe(false);
    expect(await verifyPassword('', hash)).toBe(false);
  });

  it('is hashed as other programs do it, with the parameters that the hash names', async () => {
    expect(await verifyPassword('correct horse', byOpenssl)).toBe(true);
  });

  it('has another hash each time', async () => {
    expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'));
  });

  it('is the same however the keyboard writes its umlauts', async () => {
    const hash = await hashPassword('M\u00FCnchen-12');
    expect(await verifyPassword('Mu\u0308nchen-12', hash)).toBe(true);
  });

  it('of nobody is never right, and takes as long to refuse', async () => {
    const hash = await hashPassword('correct horse');
    const measure = async (encoded: string | undefined) => {
      const times: number[] = [];
      for (let round = 0; round < 5; round++) {
        const start = performance.now();
        expect(await verifyPassword('wrong horse', encoded)).toBe(false);
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await measure(hash), await measure(undefined)];
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  it.each([
    ['short', 'at least 8 characters'],
    ['üüüüüüü', 'at least 8 characters'],
    ['with a\ttab', 'control characters'],
    ['with a\nline end', 'control characters'],
    ['with a nul\0', 'control characters'],
    ['x'.repeat(1025), 'at most 1024 bytes'],
  ])('like %j is refused with what is expected', async (password, message) => {
    await expect(hashPassword(password)).rejects.toThrow(PasswordRefused);
    await expect(hashPassword(password)).rejects.toThrow(message);
  });

  it('that is endless is not even hashed', async () => {
    const hash = await hashPassword('correct horse');
    expect(await verifyPassword('x'.repeat(10_000_000), hash)).toBe(false);
  });

  it('can not be compared with what is not a hash', async () => {
    await expect(verifyPassword('x', 'plain')).rejects.toThrow(TypeError);
    await expect(verifyPassword('x', byOpenssl.replace('ln=10', 'ln=31'))).rejects.toThrow(TypeError);
  });

  it('waits its turn, and is turned away when very many wait', async () => {
    const results = await Promise.allSettled(Array.from({ length: 110 }, () => verifyPassword('x', byOpenssl)));
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(8);
    expect(refused.every(({ reason }) => reason instanceof TooBusy)).toBe(true);
    expect(await verifyPassword('correct horse', byOpenssl)).toBe(true);
  });
});
