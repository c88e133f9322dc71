import { execFileSync, type SpawnSyncOptions, type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server of the tests' own. */
export interface RealPostgres {
  /** Makes an empty database and gives its URL. */
  createDatabase(): Promise<string>;
  /** Stops the server at once, as a crash would, until it is started again. */
  crash(): void;
  /** Starts it again; returns when it answers. */
  startAgain(): void;
  /** Stops the server and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL server in a temporary folder, on a unix socket there, with the programs that the machine
 * has (Debian's are not on the PATH). Nothing of the machine's own clusters is touched.
 *
 * @returns undefined where PostgreSQL is not installed: the tests of that engine are skipped, loudly
 * @throws where it is not installed and CI=true: then a skip would be a lie
 */
export function startRealPostgres(): RealPostgres | undefined {
  const programs = findPrograms();
  if (programs === undefined) {
    const message = 'PostgreSQL is not installed (Debian: apt-get install postgresql): its tests are SKIPPED.';
    if (process.env.CI === 'true') {
      throw new Error(message);
    }
    console.warn(`\n*** ${message} ***\n`);
    return undefined;
  }
  return startServer(programs);
}

function startServer(programs: string): RealPostgres {
  const folder = mkdtempSync(join(tmpdir(), 'juhub-pg-'));
  const account = findAccount();
  chmodSync(folder, 0o755);
  if (account !== undefined) {
    chownSync(folder, account.uid, account.gid);
  }
  const options: SpawnSyncOptions = {
    ...account,
    cwd: folder,
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8', PATH: '/usr/bin:/bin' },
  };
  const data = join(folder, 'data');
  const stop = guard(join(programs, 'pg_ctl'), folder, options);
  run(join(programs, 'initdb'), ['-D', data, '-U', 'juhub', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
  const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off -c max_connections=60`;
  const pgCtl = (...args: string[]) => run(join(programs, 'pg_ctl'), [...args, '-D', data, '-w'], options);
  const start = () => pgCtl('start', '-l', join(folder, 'log'), '-o', settings);
  start();
  let made = 0;
  return {
    async createDatabase() {
      made += 1;
      const name = `test_${made}`;
      const client = new pg.Client({ host: folder, user: 'juhub', database: 'postgres' });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return `postgres://juhub@${encodeURIComponent(folder)}/${name}`;
    },
    crash: () => pgCtl('stop', '-m', 'immediate'),
    startAgain: start,
    stop,
  };
}

/**
 * Watches over the server from a process of its own: when our end of the pipe closes, because the tests are done or
 * because they were killed, it stops the server and removes the folder.
 */
function guard(pgCtl: string, folder: string, options: SpawnSyncOptions): () => Promise<void> {
  const script = 'read -r _; "$1" stop -D "$2/data" -m immediate -w; rm -rf "$2"';
  const { uid, gid, env } = options;
  const stdio: StdioOptions = ['pipe', 'ignore', 'ignore'];
  const watcher = spawn('sh', ['-c', script, 'sh', pgCtl, folder], { uid, gid, env, cwd: '/', stdio, detached: true });
  watcher.unref();
  return async () => {
    watcher.stdin?.end();
    await once(watcher, 'exit');
  };
}

/** The folder with initdb and pg_ctl: Debian's newest version, or what is on the PATH. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')));
}

/** PostgreSQL refuses to run as root: then its own account is taken. */
function findAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const id = (option: string): number => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function run(program: string, args: string[], options: SpawnSyncOptions): void {
  const { status, stderr, error } = spawnSync(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) {
    throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  }
}
