import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { JobRun } from './run-job.js';

let run: JobRun | undefined;
afterEach(async () => {
  await run?.remove();
  run = undefined;
});

function startJob(behaviour: string | undefined, prepare?: (job: JobRun) => void): JobRun {
  run = new JobRun(behaviour);
  prepare?.(run);
  run.start();
  return run;
}

interface Endpoint {
  host: string;
  port: number;
  job: string;
  restart: number;
}

async function endpointOf(job: JobRun): Promise<Endpoint> {
  return JSON.parse(await job.file('endpoint')) as Endpoint;
}

async function failureOf(job: JobRun): Promise<string> {
  const { message } = JSON.parse(await job.file('failed')) as { message: string };
  return message;
}

/** Whether a process still runs; one that only waits to be reaped does not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the job script as a plain process', () => {
  test('announces where the server really listens, once it answers to the secret', async () => {
    const job = startJob('has-another-port');
    const endpoint = await endpointOf(job);
    const port = Number(readFileSync(join(job.home, 'real-port'), 'utf8'));
    expect(endpoint).toEqual({ host: '127.0.0.1', port, job: String(job.pid), restart: 0 });
    const status = `http://127.0.0.1:${port}/user/alice/default/api/status`;
    expect((await fetch(status, { headers: { Authorization: `token ${job.secret}` } })).status).toBe(200);
  });

  test('shows the secret in no argument of a process, not in its script and not in its log', async () => {
    const job = startJob('', (it) => it.prepare('set -x\n'));
    await job.file('endpoint');
    const everybody = execFileSync('ps', ['-ewwo', 'args'], { encoding: 'utf8' });
    expect(everybody).toContain('ServerApp.base_url=/user/alice/default/');
    expect(everybody).not.toContain(job.secret);
    expect(readFileSync(join(job.folder, 'job'), 'utf8')).not.toContain(job.secret);
    job.signal('SIGTERM');
    await job.end();
    expect(job.log).not.toContain(job.secret);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGUSR1', 'SIGHUP'] as const)(
    'ends the server on %s and leaves nothing but its log',
    async (signal) => {
      const job = startJob('');
      await job.file('endpoint');
      job.signal(signal);
      expect(await job.end()).toBe(0);
      expect(job.has('endpoint')).toBe(false);
      const said = job.log.split('\n').map((line) => line.replace(/^juhub \S+ \S+ {2}/, ''));
      expect(said).toEqual([
        expect.stringMatching(/^The server answers on 127\.0\.0\.1:\d+$/),
        'Ending the server, because it was asked to',
        'The server has ended with exit code 0',
        '',
      ]);
      expect(readdirSync(job.temporary)).toEqual([]);
      // A job that goes back into the queue needs its secret again.
      expect(readdirSync(job.folder).sort()).toEqual(['job', 'log', 'secret']);
    },
  );

  test('ends with the exit code of a server that ends by itself', async () => {
    const job = startJob('');
    const { port } = await endpointOf(job);
    await fetch(`http://127.0.0.1:${port}/end`).catch(() => undefined);
    expect(await job.end()).toBe(3);
    expect(job.has('endpoint')).toBe(false);
    expect(job.has('failed')).toBe(false);
    expect(readdirSync(job.temporary)).toEqual([]);
  });

  test('kills a server that does not end, and what left its process group', async () => {
    const job = startJob('ignores-term leaves-a-child', (it) => it.prepare('juhub_grace_seconds=1\n'));
    await job.file('endpoint');
    const child = Number(await job.file('child', job.home));
    expect(isAlive(child)).toBe(true);
    job.signal('SIGTERM');
    expect(await job.end()).toBe(137);
    expect(isAlive(child)).toBe(false);
    expect(job.log).toContain('did not end within 1 seconds');
  });

  test('ends the server before its time is over, and says so', async () => {
    const limit = 'juhub_margin=0; juhub_now; juhub_ends=$((REPLY + 2)); juhub_start_timer';
    const shorten = `juhub_set_time_limit() { ${limit}; }\n`;
    const job = startJob('', (it) => it.prepare(shorten));
    await job.file('endpoint');
    expect(await job.end()).toBe(0);
    expect(job.log).toContain('its time is over');
    expect(JSON.parse(readFileSync(join(job.folder, 'ended'), 'utf8'))).toEqual({ reason: 'wall-time' });
  });

  test('forgets what an earlier run announced before it starts anything', async () => {
    const job = startJob('dies', (it) => {
      writeFileSync(join(it.folder, 'endpoint'), '{"host":"old","port":1}');
      writeFileSync(join(it.folder, 'failed'), '{"message":"old"}');
    });
    await job.end();
    expect(job.has('endpoint')).toBe(false);
    expect(await failureOf(job)).not.toBe('old');
  });
});

describe('the job script that cannot start its server says why', () => {
  test('when there is no Jupyter', async () => {
    // /usr/bin may have one on this machine.
    const job = startJob(undefined, (it) => {
      linkTools(it);
      it.prepare('PATH=$HOME/few\n');
    });
    expect(await job.end()).toBe(127);
    expect(await failureOf(job)).toContain('There is neither jupyter-lab nor jupyter-notebook');
  });

  test('when the program dies', async () => {
    const job = startJob('dies');
    expect(await job.end()).toBe(7);
    expect(await failureOf(job)).toContain('ended with exit code 7');
  });

  test('when the program refuses the secret', async () => {
    const job = startJob('refuses');
    expect(await job.end()).toBe(1);
    expect(await failureOf(job)).toContain('refuses the key of the hub');
    expect(job.has('endpoint')).toBe(false);
  });

  test('when the program never answers', async () => {
    const job = startJob('refuses', (it) => it.prepare('juhub_patience_seconds=0\n'));
    expect(await job.end()).toBe(1);
    expect(await failureOf(job)).toContain('did not answer within 0 seconds');
  });

  test('but not when it was asked to end before it was ready', async () => {
    const job = startJob('refuses');
    await job.file('real-port', job.home);
    job.signal('SIGTERM');
    expect(await job.end()).toBe(0);
    expect(job.has('failed')).toBe(false);
  });

  test('when the endpoint cannot be written', async () => {
    // A folder in the file's place stops root too.
    const job = startJob('', (it) => it.prepare('mkdir -p "$JUHUB_DIR/endpoint.tmp"\n'));
    expect(await job.end()).toBe(1);
    expect(await failureOf(job)).toContain('its address could not be written');
  });

  test('when the user’s own preparations end the job', async () => {
    const job = startJob('', (it) => it.prepare('exit 5\n'));
    expect(await job.end()).toBe(5);
    expect(await failureOf(job)).toMatch(/ended with exit code 5 by .*\/\.juhub\/pre-start\.sh/);
  });

  test('when the secret is missing', async () => {
    const job = startJob('', (it) => writeFileSync(join(it.folder, 'secret'), ''));
    expect(await job.end()).toBe(1);
    expect(await failureOf(job)).toContain('key for this server is missing');
  });

  test('but not because the user’s own preparations fail', async () => {
    const job = startJob('', (it) => it.prepare('no-such-command\nset -eu\nfalse || true\n'));
    await job.file('endpoint');
    expect(job.log).toContain('no-such-command: command not found');
  });
});

/** The tools that the script needs, without whatever else is in /usr/bin. */
function linkTools(job: JobRun): void {
  const few = join(job.home, 'few');
  spawnSync('bash', [
    '-c',
    'mkdir "$0"; for t in rm mktemp mv grep sleep tr; do ln -s "$(command -v $t)" "$0"; done',
    few,
  ]);
}

describe('the shell parts', () => {
  const parts = fileURLToPath(new URL('../../../slurm-templates/parts/', import.meta.url));
  const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

  test.skipIf(!hasShellcheck)('give shellcheck nothing to say', () => {
    const files = readdirSync(parts).map((name) => join(parts, name));
    const { stdout } = spawnSync('shellcheck', files, { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test('are all included by a template', () => {
    const templates = join(parts, '..');
    const names = ['', 'more'].flatMap((folder) =>
      readdirSync(join(templates, folder)).map((name) => join(folder, name)),
    );
    const sources = names.filter((name) => name.endsWith('.hbs'));
    const text = sources.map((name) => readFileSync(join(templates, name), 'utf8')).join('');
    for (const part of readdirSync(parts)) {
      expect(text).toContain(`{{> ${part.replace('.sh', '')}}}`);
    }
  });
});
