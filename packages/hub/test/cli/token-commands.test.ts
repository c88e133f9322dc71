import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../src/auth/accounts.js';
import { type ApiToken, ApiTokens } from '../../src/auth/api-tokens.js';
import { openDatabase } from '../../src/db/open-database.js';
import { runJuhub } from './run-juhub.js';

let folder: string;

const HASH = '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$3F9GrWgNEHl1oYubdoLtnEramHNWHSjXw4cy9dUCX9k';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-cli-'));
  const users = `users: [{name: alice, passwordHash: "${HASH}"}]\n`;
  writeFileSync(join(folder, 'juhub.yaml'), `sites: [{name: here, kind: local}]\n${users}`);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) => runJuhub(['token', ...args], folder);

async function find(token: string): Promise<ApiToken | undefined> {
  const database = await openDatabase({ engine: 'sqlite', file: join(folder, 'state', 'juhub.db') });
  const accounts = new Accounts([{ name: 'alice', passwordHash: HASH, admin: false }], database.users);
  try {
    return await new ApiTokens(database, accounts).find(token);
  } finally {
    await database.close();
  }
}

describe('juhub token', { timeout: 60_000 }, () => {
  it('prints a token alone on standard output, which then counts for its user', async () => {
    const end = await run('add', 'alice', '--label', 'nightly', '--days', '30', '--scope', 'read:sites');
    expect(end.stdout).toMatch(/^juhub_[A-Za-z0-9_-]{43}\n$/);
    expect(end.stderr).toContain('It is shown only now');
    const found = await find(end.stdout.trim());
    expect(found).toMatchObject({ user: { name: 'alice' }, scopes: ['read:sites'] });
    const days = ((found?.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it('lists tokens without the secret, and takes one back', async () => {
    const { stdout } = await run('add', 'alice', '--label', 'nightly');
    const token = stdout.trim();
    const id = (await find(token))?.id ?? '';
    const list = await run('list');
    expect(list.stdout).toMatch(
      new RegExp(`^ID +USER +SCOPES.*\n${id} +alice +servers,read:servers,read:sites .* never .*nightly\n$`),
    );
    expect(list.stdout).not.toContain(token.slice(6, 26));
    expect((await run('revoke', id)).stdout).toBe(`Took back the token ${id} of alice (nightly).\n`);
    expect(await find(token)).toBeUndefined();
    expect((await run('list', 'alice')).stdout.split('\n')).toHaveLength(2);
    expect(await run('revoke', id)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('There is no token'),
    });
  });

  it.each([
    [['bob', '--label', 'x'], 'There is no user called bob.'],
    [['alice', '--label', ''], 'The label must be one line'],
    [['alice', '--label', 'two\nlines'], 'The label must be one line'],
    [['alice', '--label', 'x', '--scope', 'root'], 'There is no scope "root". There are: servers,'],
    [['alice', '--label', 'x', '--days', '0'], 'It must be a whole number'],
  ])('makes nothing of %j', async (args, message) => {
    const end = await run('add', ...args);
    expect(end).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining(message) });
  });
});
