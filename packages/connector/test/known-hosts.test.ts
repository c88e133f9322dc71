import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HostKeyCheck } from '../src/ssh/host-key-check.js';
import { findKnownHosts, formatFingerprint, parseKnownHosts } from '../src/ssh/known-hosts.js';

const folder = mkdtempSync(join(tmpdir(), 'juhub-known-'));
afterAll(() => rmSync(folder, { recursive: true }));

function makePublicKey(name: string, type = 'ed25519'): { type: string; base64: string; key: Buffer } {
  execFileSync('ssh-keygen', ['-q', '-N', '', '-t', type, '-f', join(folder, name)]);
  const [keyType = '', base64 = ''] = readFileSync(join(folder, `${name}.pub`), 'utf8').split(' ');
  return { type: keyType, base64, key: Buffer.from(base64, 'base64') };
}

const mine = makePublicKey('mine');
const other = makePublicKey('other');
const ecdsa = makePublicKey('ecdsa', 'ecdsa');

function check(text: string, host = 'login1', port = 22): HostKeyCheck {
  return new HostKeyCheck('/etc/juhub/known_hosts', text, host, port);
}

function matches(names: string, host: string, port = 22): boolean {
  return findKnownHosts(parseKnownHosts(`${names} ${mine.type} ${mine.base64}\n`), host, port).length === 1;
}

describe('a known_hosts file', () => {
  it('matches names as sshd(8) says', () => {
    expect(matches('login1', 'login1')).toBe(true);
    expect(matches('login1', 'LOGIN1')).toBe(true);
    expect(matches('login1,10.0.0.1', '10.0.0.1')).toBe(true);
    expect(matches('login1', 'login10')).toBe(false);
    expect(matches('login*.example.org', 'login12.example.org')).toBe(true);
    expect(matches('login?', 'login12')).toBe(false);
    expect(matches('login*,!login3', 'login3')).toBe(false);
    expect(matches('login*,!login3', 'login4')).toBe(true);
    expect(matches('loginx1', 'login.1')).toBe(false);
    expect(matches('login.1', 'loginx1')).toBe(false);
  });

  it('wants the port in the name unless it is 22', () => {
    expect(matches('login1', 'login1', 2222)).toBe(false);
    expect(matches('[login1]:2222', 'login1', 2222)).toBe(true);
    expect(matches('[login1]:2222', 'login1', 2223)).toBe(false);
    expect(matches('[login1]:22', 'login1', 22)).toBe(false);
  });

  it('finds names that ssh-keygen has hashed', () => {
    const file = join(folder, 'hashed');
    writeFileSync(file, `login1 ${mine.type} ${mine.base64}\n[login2]:2222 ${mine.type} ${mine.base64}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file]);
    const entries = parseKnownHosts(readFileSync(file, 'utf8'));
    expect(entries.every(({ names }) => names.startsWith('|1|'))).toBe(true);
    expect(findKnownHosts(entries, 'login1', 22)).toHaveLength(1);
    expect(findKnownHosts(entries, 'login2', 2222)).toHaveLength(1);
    expect(findKnownHosts(entries, 'login2', 22)).toHaveLength(0);
  });

  it('passes over comments, empty lines and lines that are no entry', () => {
    expect(parseKnownHosts(`# comment\n\n  \nlogin1\nlogin1 ssh-ed25519\n@strange login1 a b\n`)).toEqual([]);
  });

  it('gives the fingerprint that ssh-keygen prints', () => {
    const printed = execFileSync('ssh-keygen', ['-l', '-f', join(folder, 'mine.pub')], { encoding: 'utf8' });
    expect(printed).toContain(formatFingerprint(mine.key));
  });
});

describe('the check of a host key', () => {
  const line = `login1 ${mine.type} ${mine.base64}\n`;

  it('accepts the key that is listed, also as one of several', () => {
    expect(check(line).explainRefusal(mine.key)).toBeUndefined();
    expect(check(`login1 ${other.type} ${other.base64}\n${line}`).explainRefusal(mine.key)).toBeUndefined();
  });

  it('names file, line and both fingerprints when the key has changed', () => {
    const refusal = check(`# first\n${line}`).explainRefusal(other.key);
    expect(refusal).toMatchObject({ code: 'host-key', transient: false });
    expect(refusal?.message).toContain('/etc/juhub/known_hosts (line 2 ssh-ed25519');
    expect(refusal?.message).toContain(formatFingerprint(mine.key));
    expect(refusal?.message).toContain(formatFingerprint(other.key));
  });

  it('gives the line to add when the host is unknown, and that line is right', () => {
    const refusal = check('', 'login1', 2222).explainRefusal(mine.key);
    expect(refusal?.message).toContain('is not in /etc/juhub/known_hosts');
    const advised = refusal?.message.split('add the line: ')[1] ?? '';
    expect(check(advised, 'login1', 2222).explainRefusal(mine.key)).toBeUndefined();
  });

  it('refuses a revoked key even where another line lists it', () => {
    const refusal = check(`${line}@revoked * ${mine.type} ${mine.base64}\n`).explainRefusal(mine.key);
    expect(refusal?.message).toContain('is revoked in line 2');
  });

  it('never takes the key of a certificate authority for a host key, and says why', () => {
    const refusal = check(`@cert-authority login* ${mine.type} ${mine.base64}\n`).explainRefusal(mine.key);
    expect(refusal?.message).toContain('Line 1 (@cert-authority) does not help');
  });

  it('asks first for the types of key that are known, and never for RSA with SHA-1', () => {
    const { algorithms } = check(`login1 ${ecdsa.type} ${ecdsa.base64}\n`);
    expect(algorithms[0]).toBe('ecdsa-sha2-nistp256');
    expect(algorithms).toContain('ssh-ed25519');
    expect(algorithms).not.toContain('ssh-rsa');
    expect(check(`login1 ssh-rsa AAAA\n`).algorithms.slice(0, 2)).toEqual(['rsa-sha2-512', 'rsa-sha2-256']);
  });

  it('trusts nothing when the file cannot be read', async () => {
    await expect(HostKeyCheck.load(join(folder, 'none'), 'login1', 22)).rejects.toMatchObject({
      code: 'host-key',
      message: expect.stringContaining(join(folder, 'none')),
    });
  });
});
