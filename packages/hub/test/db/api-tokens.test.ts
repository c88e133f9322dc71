import { expect, it } from 'vitest';
import type { ApiTokenRow } from '../../src/db/api-tokens.js';
import { describeOnBothEngines } from '../on-both-engines.js';

const token: ApiTokenRow = {
  id: 't1',
  hash: 'h1',
  userName: 'alice',
  label: 'nightly tests',
  scopes: ['servers', 'read:sites'],
  createdAt: new Date(1000),
  expiresAt: new Date(9000),
  lastUsedAt: null,
  revokedAt: null,
};

describeOnBothEngines('the API tokens', (room) => {
  it('come back as they were saved, of one user or of all, for users without a row of their own too', async () => {
    const { apiTokens } = room.database;
    await apiTokens.insert(token);
    await apiTokens.insert({ ...token, id: 't2', hash: 'h2', userName: 'bob', expiresAt: null });
    expect(await apiTokens.findByHash('h1')).toStrictEqual(token);
    expect(await apiTokens.findByHash('h3')).toBeUndefined();
    expect((await apiTokens.list()).map(({ id }) => id)).toEqual(['t1', 't2']);
    expect((await apiTokens.list('bob')).map(({ id }) => id)).toEqual(['t2']);
  });

  it('are never two of one hash', async () => {
    await room.database.apiTokens.insert(token);
    await expect(room.database.apiTokens.insert({ ...token, id: 't2' })).rejects.toThrow();
  });

  it('remember when they were used, and when they were taken back, once', async () => {
    const { apiTokens } = room.database;
    await apiTokens.insert(token);
    await apiTokens.touch('t1', new Date(2000));
    expect(await apiTokens.revoke('t1', new Date(3000))).toStrictEqual({
      ...token,
      lastUsedAt: new Date(2000),
      revokedAt: new Date(3000),
    });
    expect(await apiTokens.revoke('t1', new Date(4000))).toBeUndefined();
    expect(await apiTokens.list()).toEqual([]);
    expect(await apiTokens.listRevoked(new Date(2999))).toHaveLength(1);
    expect(await apiTokens.listRevoked(new Date(3000))).toEqual([]);
    expect(await apiTokens.removeRevoked(new Date(2999))).toBe(0);
    expect(await apiTokens.removeRevoked(new Date(3000))).toBe(1);
    expect(await apiTokens.findByHash('h1')).toBeUndefined();
  });

  it('are taken back all together for one user', async () => {
    const { apiTokens } = room.database;
    await apiTokens.insert(token);
    await apiTokens.insert({ ...token, id: 't2', hash: 'h2', userName: 'bob' });
    expect(await apiTokens.revokeByUser('alice', new Date(2000))).toBe(1);
    expect((await apiTokens.list()).map(({ id }) => id)).toEqual(['t2']);
  });
});
