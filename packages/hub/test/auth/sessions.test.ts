import { beforeEach, expect, it } from 'vitest';
import { Accounts } from '../../src/auth/accounts.js';
import { hashPassword } from '../../src/auth/password.js';
import { Sessions } from '../../src/auth/sessions.js';
import { UserExists } from '../../src/db/errors.js';
import { describeOnBothEngines } from '../on-both-engines.js';

const hashOfAlice = await hashPassword('password of alice');
const day = 86_400_000;
const start = new Date('2026-01-01T00:00:00Z');
const later = (ms: number): Date => new Date(start.getTime() + ms);

describeOnBothEngines('a session', (room) => {
  let accounts: Accounts;
  let sessions: Sessions;
  const alice = { name: 'alice', admin: false };

  beforeEach(() => {
    const configured = [{ name: 'alice', passwordHash: hashOfAlice, admin: false }];
    accounts = new Accounts(configured, room.database.users);
    sessions = new Sessions(7, room.database, accounts);
  });

  it('is known by its cookie, and by that alone', async () => {
    const token = await sessions.begin(alice, 'Firefox', start);
    const session = await sessions.find(token, start);
    expect(session).toMatchObject({ user: alice, expiresAt: later(7 * day), renewed: false });
    expect(await sessions.find(session?.id ?? '', start)).toBeUndefined();
    expect(await sessions.find('A'.repeat(43), start)).toBeUndefined();
    expect(await sessions.find('', start)).toBeUndefined();
  });

  it('leaves nothing in the database that somebody could sign in with', async () => {
    const token = await sessions.begin(alice, 'x'.repeat(1000), start);
    const session = await sessions.find(token, start);
    const { createHash } = await import('node:crypto');
    const row = await room.database.sessions.get(createHash('sha256').update(token).digest('hex'));
    expect(JSON.stringify(row)).not.toContain(token);
    expect(row?.userAgent).toHaveLength(300);
    expect(await sessions.find(row?.idHash ?? '', start)).toBeUndefined();
    expect(session?.id).not.toBe(row?.idHash);
  });

  it('ends when nobody came for its days, and every visit puts that off', async () => {
    const token = await sessions.begin(alice, undefined, start);
    expect(await sessions.find(token, later(6 * day))).toMatchObject({ renewed: true, expiresAt: later(13 * day) });
    expect(await sessions.find(token, later(6 * day + 1000))).toMatchObject({ renewed: false });
    expect(await sessions.find(token, later(13 * day - 1))).toBeDefined();
    expect(await sessions.find(token, later(20 * day))).toBeUndefined();
  });

  it('ends when somebody signs out, in that browser alone', async () => {
    const [one, other] = [await sessions.begin(alice, undefined, start), await sessions.begin(alice, undefined, start)];
    await sessions.end(one);
    expect(await sessions.find(one, start)).toBeUndefined();
    expect(await sessions.find(other, start)).toBeDefined();
  });

  it('ends with its user', async () => {
    await accounts.add('bob', 'password of bob', false);
    const token = await sessions.begin({ name: 'bob', admin: false }, undefined, start);
    await room.database.users.remove('bob');
    expect(await sessions.find(token, start)).toBeUndefined();
    const aliceToken = await sessions.begin(alice, undefined, start);
    const withoutAlice = new Sessions(7, room.database, new Accounts([], room.database.users));
    expect(await withoutAlice.find(aliceToken, start)).toBeUndefined();
  });

  it('is forgotten once it has ended and somebody signs in', async () => {
    const token = await sessions.begin(alice, undefined, start);
    await sessions.begin(alice, undefined, later(8 * day));
    expect(await sessions.find(token, start)).toBeUndefined();
  });
});

describeOnBothEngines('an account', (room) => {
  it('lets its user in with the right password and nobody else', async () => {
    const accounts = new Accounts([], room.database.users);
    await accounts.add('alice', 'password of alice', true);
    expect(await accounts.check('alice', 'password of alice')).toEqual({ name: 'alice', admin: true });
    expect(await accounts.check('alice', 'password of bob')).toBeUndefined();
    expect(await accounts.check('bob', 'password of alice')).toBeUndefined();
    expect(await accounts.check('__proto__', 'x')).toBeUndefined();
    expect(await accounts.check("' or 1=1 --", 'x')).toBeUndefined();
  });

  it('of the configuration wins over one of the database', async () => {
    const passwordHash = await hashPassword('from the file');
    const accounts = new Accounts([{ name: 'alice', passwordHash, admin: true }], room.database.users);
    await accounts.add('alice', 'from the database', false);
    expect(await accounts.check('alice', 'from the file')).toEqual({ name: 'alice', admin: true });
    expect(await accounts.check('alice', 'from the database')).toBeUndefined();
  });

  it('can not be made twice, nor with a name that is none', async () => {
    const accounts = new Accounts([], room.database.users);
    await accounts.add('alice', 'password of alice', false);
    await expect(accounts.add('alice', 'another password', false)).rejects.toThrow(UserExists);
    await expect(accounts.add('Alice B', 'another password', false)).rejects.toThrow('"Alice B" can\'t be a user name');
    await expect(accounts.add('../alice', 'another password', false)).rejects.toThrow("can't be a user name");
  });
});
