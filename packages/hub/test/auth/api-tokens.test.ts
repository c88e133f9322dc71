import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../src/auth/accounts.js';
import { ApiTokens, mayUse } from '../../src/auth/api-tokens.js';
import { type Database, openDatabase } from '../../src/db/open-database.js';

let folder: string;
let database: Database;
let tokens: ApiTokens;

const NOW = new Date('2026-07-31T12:00:00.000Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const WANTED = { userName: 'alice', label: 'tests', scopes: ['read:sites', 'servers'] } as const;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-tokens-'));
  database = await openDatabase({ engine: 'sqlite', file: join(folder, 'juhub.db') });
  const alice = { name: 'alice', passwordHash: '$', admin: false, createdAt: NOW, lastSignInAt: null };
  await database.users.insert(alice);
  tokens = new ApiTokens(database, new Accounts([], database.users));
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('An API token', () => {
  it('stands for its user, with its scopes, until it expires', async () => {
    const { id, token } = await tokens.issue({ ...WANTED, expiresAt: later(10) }, NOW);
    expect(token).toMatch(/^juhub_[A-Za-z0-9_-]{43}$/);
    expect(await tokens.find(token, later(9))).toEqual({
      id,
      user: { name: 'alice', admin: false },
      scopes: ['servers', 'read:sites'],
      expiresAt: later(10),
      passId: `api-token-${id}`,
    });
    expect(await tokens.find(token, later(10))).toBeUndefined();
  });

  it('is in no file of the database', async () => {
    const { token } = await tokens.issue(WANTED, NOW);
    await tokens.find(token, NOW);
    const files = ['juhub.db', 'juhub.db-wal'].map((name) => readFileSync(join(folder, name), 'latin1')).join('');
    expect(files).toContain('tests');
    expect(files).not.toContain(token.slice(6, 26));
  });

  it('counts no more once it was taken back, and its passes are named for an hour', async () => {
    const { id, token } = await tokens.issue(WANTED, NOW);
    expect(await tokens.revoke(id, later(5))).toMatchObject({ userName: 'alice' });
    expect(await tokens.find(token, later(5))).toBeUndefined();
    expect(await tokens.listRevoked(later(3604))).toEqual([{ id: `api-token-${id}`, userName: 'alice' }]);
    expect(await tokens.listRevoked(later(3605))).toEqual([]);
    expect(await tokens.revoke(id, later(6))).toBeUndefined();
  });

  it('counts no more when its user is gone', async () => {
    const { token } = await tokens.issue(WANTED, NOW);
    await database.users.remove('alice');
    expect(await tokens.find(token, NOW)).toBeUndefined();
  });

  it('notes its use, once a minute', async () => {
    const { token } = await tokens.issue(WANTED, NOW);
    for (const seconds of [0, 59, 60]) {
      await tokens.find(token, later(seconds));
      expect((await tokens.list('alice'))[0]?.lastUsedAt).toEqual(later(seconds === 60 ? 60 : 0));
    }
  });

  it.each(['', 'juhub_', `juhub_${'a'.repeat(43)}`, `juhub_${'a'.repeat(42)}%`, `${'a'.repeat(49)}`])(
    'is not %j',
    async (token) => {
      await tokens.issue(WANTED, NOW);
      expect(await tokens.find(token, NOW)).toBeUndefined();
    },
  );
});

describe('Scopes', () => {
  it('let whoever starts servers look at them, and not the other way round', () => {
    expect(mayUse({ scopes: ['servers'] }, 'read:servers')).toBe(true);
    expect(mayUse({ scopes: ['read:servers'] }, 'servers')).toBe(false);
    expect(mayUse({ scopes: ['servers'] }, 'read:sites')).toBe(false);
  });
});
