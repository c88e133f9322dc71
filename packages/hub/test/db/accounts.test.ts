import { expect, it } from 'vitest';
import { UserExists } from '../../src/db/errors.js';
import { describeOnBothEngines } from '../on-both-engines.js';

const alice = {
  name: 'alice',
  passwordHash: '$scrypt$…',
  admin: true,
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  lastSignInAt: null,
};

describeOnBothEngines('the accounts', (room) => {
  it('come back as they were saved, with booleans and dates', async () => {
    await room.database.users.insert(alice);
    await room.database.users.insert({ ...alice, name: 'bob', admin: false, passwordHash: null });
    expect(await room.database.users.get('alice')).toStrictEqual(alice);
    expect((await room.database.users.list()).map(({ name, admin }) => [name, admin])).toEqual([
      ['alice', true],
      ['bob', false],
    ]);
    expect(await room.database.users.get('carol')).toBeUndefined();
  });

  it('refuse a name that is there already', async () => {
    await room.database.users.insert(alice);
    await expect(room.database.users.insert(alice)).rejects.toThrow(UserExists);
  });

  it('keep password and rights when somebody signs in, and appear when they are kept elsewhere', async () => {
    const at = new Date('2026-02-02T00:00:00.000Z');
    await room.database.users.insert(alice);
    await room.database.users.noteSignIn('alice', at);
    await room.database.users.noteSignIn('carol', at);
    expect(await room.database.users.get('alice')).toStrictEqual({ ...alice, lastSignInAt: at });
    expect(await room.database.users.get('carol')).toMatchObject({
      passwordHash: null,
      admin: false,
      lastSignInAt: at,
    });
  });

  it('change a password, and say when there is nobody to change it for', async () => {
    await room.database.users.insert(alice);
    expect(await room.database.users.setPassword('alice', 'new')).toBe(true);
    expect((await room.database.users.get('alice'))?.passwordHash).toBe('new');
    expect(await room.database.users.setPassword('bob', 'new')).toBe(false);
  });
});

describeOnBothEngines('the sessions', (room) => {
  const session = {
    idHash: 'h1',
    userName: 'alice',
    createdAt: new Date(1000),
    expiresAt: new Date(5000),
    lastSeenAt: new Date(1000),
    endedAt: null,
    userAgent: null,
  };

  it('are saved for users alone, put off by a visit, and ended', async () => {
    await expect(room.database.sessions.insert(session)).rejects.toThrow();
    await room.database.users.insert(alice);
    await room.database.sessions.insert(session);
    await room.database.sessions.touch('h1', { lastSeenAt: new Date(2000), expiresAt: new Date(6000) });
    expect(await room.database.sessions.get('h1')).toStrictEqual({
      ...session,
      lastSeenAt: new Date(2000),
      expiresAt: new Date(6000),
    });
    expect(await room.database.sessions.end('h1', new Date(3000))).toMatchObject({ endedAt: new Date(3000) });
    expect(await room.database.sessions.end('h1', new Date(4000))).toBeUndefined();
    await room.database.sessions.touch('h1', { lastSeenAt: new Date(), expiresAt: new Date() });
    expect(await room.database.sessions.get('h1')).toMatchObject({
      endedAt: new Date(3000),
      expiresAt: new Date(6000),
    });
    expect(await room.database.sessions.listEnded(new Date(5999))).toHaveLength(1);
    expect(await room.database.sessions.listEnded(new Date(6000))).toEqual([]);
  });

  it('go when they expire, and with their user', async () => {
    await room.database.users.insert(alice);
    await room.database.sessions.insert(session);
    await room.database.sessions.insert({ ...session, idHash: 'h2', expiresAt: new Date(7000) });
    expect(await room.database.sessions.removeExpired(new Date(5000))).toBe(1);
    expect(await room.database.users.remove('alice')).toBe(true);
    expect(await room.database.sessions.get('h2')).toBeUndefined();
    expect(await room.database.users.remove('alice')).toBe(false);
  });

  it('are ended all together for one user', async () => {
    await room.database.users.insert(alice);
    await room.database.users.insert({ ...alice, name: 'bob' });
    await room.database.sessions.insert(session);
    await room.database.sessions.insert({ ...session, idHash: 'h2', userName: 'bob' });
    expect(await room.database.sessions.endByUser('alice', new Date())).toBe(1);
    expect(await room.database.sessions.get('h2')).toBeDefined();
  });
});

describeOnBothEngines('the last choices', (room) => {
  it('are those of one user and one template, and the newest replace the others', async () => {
    await room.database.lastChoices.set('alice', 'jupyterlab', { nodes: 1 });
    await room.database.lastChoices.set('alice', 'jupyterlab', { nodes: 2, gpus: ['a'] });
    expect(await room.database.lastChoices.get('alice', 'jupyterlab')).toEqual({ nodes: 2, gpus: ['a'] });
    expect(await room.database.lastChoices.get('alice', 'other')).toBeUndefined();
    await room.database.lastChoices.removeByUser('alice');
    expect(await room.database.lastChoices.get('alice', 'jupyterlab')).toBeUndefined();
  });
});
