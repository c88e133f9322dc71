import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPrivateKey } from '../src/ssh/private-key.js';

const folder = mkdtempSync(join(tmpdir(), 'juhub-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

function makeKey(name: string, passphrase = ''): string {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-N', passphrase, '-t', 'ed25519', '-f', file]);
  return file;
}

function writeSecret(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

describe('reading a private key', () => {
  it('parses one content once', async () => {
    const file = makeKey('plain');
    const key = await loadPrivateKey(file, undefined);
    expect(key.type).toBe('ssh-ed25519');
    expect(await loadPrivateKey(file, undefined)).toBe(key);
  });

  it('sees that the file has been replaced', async () => {
    const file = makeKey('first');
    const before = await loadPrivateKey(file, undefined);
    rmSync(file);
    makeKey('first');
    const after = await loadPrivateKey(file, undefined);
    expect(after.getPublicSSH().equals(before.getPublicSSH())).toBe(false);
  });

  it('opens an encrypted key with the passphrase of a file', async () => {
    const file = makeKey('locked', 'open sesame');
    const key = await loadPrivateKey(file, writeSecret('right', 'open sesame\n'));
    expect(key.isPrivateKey()).toBe(true);
  });

  it('says which file is wrong when the passphrase is missing or wrong', async () => {
    const file = makeKey('shut', 'open sesame');
    const wrong = writeSecret('wrong', 'knock knock');
    await expect(loadPrivateKey(file, undefined)).rejects.toMatchObject({
      code: 'key-file',
      message: expect.stringContaining(file),
    });
    await expect(loadPrivateKey(file, wrong)).rejects.toMatchObject({ code: 'key-file', transient: false });
  });

  it('refuses a key and a passphrase that others may read, and says what to do', async () => {
    const file = makeKey('open');
    chmodSync(file, 0o640);
    await expect(loadPrivateKey(file, undefined)).rejects.toMatchObject({
      code: 'key-file',
      message: expect.stringMatching(/mode 0640.*chmod 600/),
    });
    const passphrase = writeSecret('loose', 'x');
    chmodSync(passphrase, 0o604);
    await expect(loadPrivateKey(makeKey('closed', 'xxxxx'), passphrase)).rejects.toMatchObject({
      message: expect.stringContaining(`The passphrase ${passphrase}`),
    });
  });

  it('refuses the public half, and a file that is not there', async () => {
    makeKey('halves');
    chmodSync(join(folder, 'halves.pub'), 0o600);
    await expect(loadPrivateKey(join(folder, 'halves.pub'), undefined)).rejects.toThrow(/holds no private key/);
    await expect(loadPrivateKey(join(folder, 'none'), undefined)).rejects.toMatchObject({ code: 'key-file' });
  });
});
