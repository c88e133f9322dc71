import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGateKey } from '../src/gate/gate-token.js';
import { createGateKeys, type GatePayload, signGateToken, verifyGateToken } from '../src/index.js';

const { publicKey, privateKey } = createGateKeys();
const payload: GatePayload = { v: 1, user: 'zoë', server: 'a1', session: 's', iat: 100, exp: 200 };
const token = signGateToken(payload, privateKey);

test('A signed token gives its payload back until it ends, to the second.', () => {
  expect(verifyGateToken(token, publicKey, 199.9)).toEqual({ payload });
  expect(verifyGateToken(token, publicKey, 200)).toEqual({ fault: 'expired' });
});

test('A token signed with another key is told as forged.', () => {
  expect(verifyGateToken(signGateToken(payload, createGateKeys().privateKey), publicKey, 150)).toEqual({
    fault: 'forged',
  });
});

test('A token in which any one character was changed is worth nothing.', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=';
  for (let index = 0; index < token.length - 1; index += 1) {
    const other = alphabet[(alphabet.indexOf(token[index] ?? '') + 1) % alphabet.length];
    expect(verifyGateToken(token.slice(0, index) + other + token.slice(index + 1), publicKey, 150)).toHaveProperty(
      'fault',
    );
  }
});

test('What is no token is told as malformed and never throws.', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
      expect(verifyGateToken(text, publicKey, 150)).toEqual({ fault: 'malformed' });
    }),
  );
  expect(verifyGateToken(`${token}${'A'.repeat(5000)}`, publicKey, 150)).toEqual({ fault: 'malformed' });
});

test('A well signed payload of another version or with other keys is refused, when signing and when verifying.', () => {
  for (const odd of [
    { ...payload, v: 2 },
    { ...payload, admin: true },
    { ...payload, exp: '200' },
    { ...payload, user: '' },
  ]) {
    expect(() => signGateToken(odd as GatePayload, privateKey)).toThrow();
  }
});

test('The gate takes no key but the public half of an Ed25519 one.', () => {
  expect(readGateKey(publicKey).type).toBe('public');
  const other = generateKeyPairSync('rsa', { modulusLength: 1024 });
  expect(() => readGateKey(other.publicKey)).toThrow('Ed25519');
});
