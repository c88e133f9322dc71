import { execFileSync, type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL server of the tests' own. */
export interface RealPostgres {
  /** Makes an empty database and gives its URL. */
  createDatabase(): Promise<string>;
  stop(): void;
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
  const stop = (): void => {
    run(join(programs, 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate', '-w'], options, true);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', stop);
  run(join(programs, 'initdb'), ['-D', data, '-U', 'juhub', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options);
  const settings = `-c listen_addresses= -c unix_socket_directories=${folder} -c fsync=off -c max_connections=60`;
  run(join(programs, 'pg_ctl'), ['start', '-D', data, '-l', join(folder, 'log'), '-w', '-o', settings], options);
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
    stop() {
      process.off('exit', stop);
      stop();
    },
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

function run(program: string, args: string[], options: SpawnSyncOptions, mayFail = false): void {
  const { status, stderr, error } = spawnSync(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  if (!mayFail && status !== 0) {
    throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  }
}
