import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../src/auth/accounts.js';
import { Sessions } from '../../src/auth/sessions.js';
import { type Database, openDatabase } from '../../src/db/open-database.js';
import { juhub, runJuhub } from './run-juhub.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-cli-'));
  writeFileSync(join(folder, 'juhub.yaml'), 'sites: [{name: here, kind: local}]\n');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ engine: 'sqlite', file: join(folder, 'state', 'juhub.db') });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const check = (name: string, password: string) =>
  withDatabase((database) => new Accounts([], database.users).check(name, password));

const addAlice = () => runJuhub(['user', 'add', 'alice', '--password-stdin'], folder, 'password of alice\n');

describe('juhub user', { timeout: 60_000 }, () => {
  it('makes an account that can sign in, once', async () => {
    expect(await addAlice()).toEqual({ stdout: 'Added alice.\n', stderr: '', exitCode: 0 });
    expect(await check('alice', 'password of alice')).toEqual({ name: 'alice', admin: false });
    const again = await addAlice();
    expect(again).toEqual({ stdout: '', stderr: 'juhub: There is already a user called alice.\n', exitCode: 1 });
  });

  it('makes an administrator, and lists who there is', async () => {
    await addAlice();
    await runJuhub(['user', 'add', 'root', '--admin', '--password-stdin'], folder, 'password of root');
    expect((await runJuhub(['user', 'list'], folder)).stdout).toBe(
      [
        'NAME   ADMIN  KEPT IN   LAST SIGN-IN',
        'alice  no     database  never',
        'root   yes    database  never',
        '',
      ].join('\n'),
    );
  });

  it('makes somebody an administrator later, takes it back, and knows nobody else', async () => {
    await addAlice();
    const isAdmin = async () => (await check('alice', 'password of alice'))?.admin;
    const made = await runJuhub(['user', 'admin', 'alice'], folder);
    expect([made.stdout, await isAdmin()]).toEqual(['alice is an administrator now.\n', true]);
    const taken = await runJuhub(['user', 'admin', 'alice', '--revoke'], folder);
    expect([taken.stdout, await isAdmin()]).toEqual(['alice is no administrator any more.\n', false]);
    expect((await runJuhub(['user', 'admin', 'nobody'], folder)).exitCode).toBe(1);
  });

  it.each([
    [['alice'], 'short', 'at least 8 characters'],
    [['alice'], 'two\nlines of it\n', 'control characters'],
    [['al ice'], 'password of alice', `"al ice" can't be a user name`],
    [['../../alice'], 'password of alice', "can't be a user name"],
  ])('refuses %j with the password %j, and makes nothing', async (args, password, message) => {
    const end = await runJuhub(['user', 'add', ...args, '--password-stdin'], folder, password);
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain(message);
    expect(end.stderr).not.toContain('    at ');
    expect(await withDatabase((database) => database.users.list())).toEqual([]);
  });

  it('says what to do where there is no terminal to ask on', async () => {
    const end = await runJuhub(['user', 'add', 'alice'], folder);
    expect(end).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('give it with --password-stdin') });
  });

  it('asks for the password twice on a terminal, without showing it', async () => {
    const shown = await onTerminal('password of alicX\u007Fe\r', 'password of alice\r');
    expect(shown).toContain('Added alice.');
    expect(shown).not.toContain('password of');
    expect(await check('alice', 'password of alice')).toBeDefined();
  });

  it('changes nothing when the two differ, or when the person gives up', async () => {
    expect(await onTerminal('password of alice\r', 'password of alicia\r')).toContain('The two passwords differ.');
    expect(await onTerminal('password of al\u0003', '')).toContain('Given up. Nothing was changed.');
    expect(await withDatabase((database) => database.users.list())).toEqual([]);
  });

  it('changes a password, and signs the user out everywhere', async () => {
    await addAlice();
    const alice = { name: 'alice', admin: false };
    await withDatabase((database) =>
      new Sessions(7, database, new Accounts([], database.users)).begin(alice, undefined),
    );
    const end = await runJuhub(['user', 'password', 'alice', '--password-stdin'], folder, 'another password\n');
    expect(end.stdout).toBe('Changed the password of alice and signed out 1 of its browsers.\n');
    expect(await check('alice', 'password of alice')).toBeUndefined();
    expect(await check('alice', 'another password')).toBeDefined();
    const nobody = await runJuhub(['user', 'password', 'bob', '--password-stdin'], folder, 'another password\n');
    expect(nobody).toMatchObject({ exitCode: 1, stderr: 'juhub: There is no user called bob.\n' });
  });

  it('removes a user, but not while servers of the user run', async () => {
    await addAlice();
    const server = {
      id: '0',
      userName: 'alice',
      name: 'default',
      site: 's',
      account: 'a',
      scheduler: 'slurm',
    } as const;
    const rest = { template: 't', templateVersion: '1', choices: {}, createdAt: new Date() };
    await withDatabase((database) => database.servers.insert({ ...server, ...rest }));
    const refused = await runJuhub(['user', 'remove', 'alice'], folder);
    expect(refused.stderr).toBe('juhub: alice still has servers that have not ended: default. Stop them first.\n');
    await withDatabase((database) =>
      database.servers.move('0', { from: ['requested'], to: 'ended', cause: 'refused', message: 'over' }),
    );
    expect((await runJuhub(['user', 'remove', 'alice'], folder)).stdout).toBe('Removed alice.\n');
    expect(await check('alice', 'password of alice')).toBeUndefined();
    expect(await withDatabase((database) => database.servers.get('0'))).toBeUndefined();
  });

  it('prints a hash for the configuration, which then takes the user', async () => {
    const hash = await runJuhub(['user', 'hash', '--password-stdin'], folder, 'password of carol\n');
    expect(hash.stdout).toMatch(/^\$scrypt\$.*\n$/);
    const users = `users: [{name: carol, passwordHash: "${hash.stdout.trim()}"}]\n`;
    writeFileSync(join(folder, 'juhub.yaml'), `sites: [{name: here, kind: local}]\n${users}`);
    expect((await runJuhub(['user', 'list'], folder)).stdout).toContain('carol  no     configuration');
    const refused = await runJuhub(['user', 'add', 'carol', '--password-stdin'], folder, 'password of carol');
    expect(refused.stderr).toContain('carol is one of the users in the configuration file already.');
  });
});

describe('juhub config check', () => {
  it('says that a configuration is fine, and what it comes to', async () => {
    const end = await runJuhub(['config', 'check'], folder);
    expect(end).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('sites    here (local, none)') });
  });

  it('says what is wrong, where, and what is expected', async () => {
    writeFileSync(join(folder, 'juhub.yaml'), 'sites:\n  - name: here\n    kind: locl\n');
    const end = await runJuhub(['config', 'check'], folder);
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toBe(`juhub: ${join(folder, 'juhub.yaml')}:3:11: sites[0].kind: expected ssh or local\n`);
  });
});

/** Types two answers on a terminal that script(1) makes, each once its question stands there; gives what was shown. */
async function onTerminal(first: string, second: string): Promise<string> {
  const command = `${process.execPath} ${juhub} user add alice`;
  const child = spawn('script', ['-qfec', command, '/dev/null'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  const answers = [
    { question: 'Password: ', answer: first },
    { question: 'The same again: ', answer: second },
  ];
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
    const [next] = answers;
    if (next !== undefined && shown.includes(next.question)) {
      answers.shift();
      child.stdin.write(next.answer);
    }
  });
  await once(child, 'close');
  return shown;
}
