import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram } from '../../src/cli/juhub.js';
import { juhub } from '../cli/run-juhub.js';
import { FAKE_TOKEN, FakeHub } from './fake-hub.js';

let fake: FakeHub;
let hub: string;
let folder: string;

beforeEach(async () => {
  fake = new FakeHub();
  hub = (await fake.start()).href;
  folder = mkdtempSync(join(tmpdir(), 'juhub-smoke-'));
  writeFileSync(join(folder, 'token'), `${FAKE_TOKEN}\n`, { mode: 0o600 });
});

afterEach(async () => {
  await fake.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, [juhub, 'smoke', ...args], { cwd: folder, env: { PATH: process.env.PATH, ...env } });
}

async function endOf(child: ChildProcess) {
  const read = (stream: NodeJS.ReadableStream | null) => (stream === null ? '' : text(stream));
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')]);
  return { stdout, stderr, exitCode: child.exitCode };
}

const run = (...args: string[]) => endOf(start(['--hub', hub, '--token-file', 'token', ...args]));

describe('juhub smoke', { timeout: 60_000 }, () => {
  it('ends with 0 when all passed, prints each step, and writes both files', async () => {
    const { stdout, stderr, exitCode } = await run('--junit', 'j.xml', '--json', 'r.json');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^lab on batch +ok +run-code +[\d.]+ s {2}\d+ \* \d+ gave \d+$/m);
    expect(stdout).toMatch(/^PASSED {2}1 passed, 0 failed, 0 skipped, in [\d.]+ s\.$/m);
    expect(readFileSync(join(folder, 'j.xml'), 'utf8')).toContain(
      '<testsuite name="lab on batch" tests="9" failures="0"',
    );
    expect(JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8'))).toMatchObject({ outcome: 'passed' });
  });

  it('gives with --json alone nothing but JSON on standard output, and the rest on standard error', async () => {
    const { stdout, stderr, exitCode } = await run('--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ hub: hub.slice(0, -1), cases: [{ title: 'lab on batch' }] });
    expect(stderr).toContain('PASSED  1 passed');
  });

  it('ends with 1 when something failed, and names step, reason and the end of the log', async () => {
    fake.stuckIn = 'queued';
    const { stdout, exitCode } = await run('--timeout-queue', '0.2');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/FAILED in queue: lab on batch \(smoke-\w+\)\n {2}It took longer than 0\.2 s\./);
    expect(stdout).toContain('  Its log:\n  | the last line\n');
  });

  it('takes its token from the environment as well, and never shows it; it needs no module that was compiled', async () => {
    const env = { JUHUB_TOKEN: FAKE_TOKEN, JUHUB_HUB: hub, NODE_OPTIONS: '--no-addons' };
    const { stdout, stderr, exitCode } = await endOf(start(['--json'], env));
    expect(exitCode, stderr).toBe(0);
    expect(stdout + stderr).not.toContain(FAKE_TOKEN);
  });

  it('ends with 2 when it is called wrongly', async () => {
    const option = await run('--token', 'secret');
    expect(option).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("unknown option '--token'") });
    const site = await run('--site', 'juwels');
    expect(site).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^juhub: There is no site called juwels\./),
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops at %s what it started, writes its files and ends with 1',
    async (signal) => {
      fake.stuckIn = 'queued';
      const child = start(['--hub', hub, '--token-file', 'token', '--junit', 'j.xml']);
      const end = endOf(child);
      await vi.waitFor(() => expect(fake.living).toHaveLength(1), { timeout: 20_000, interval: 10 });
      child.kill(signal);
      const { stdout, exitCode } = await end;
      expect(exitCode).toBe(1);
      expect(stdout).toContain('Interrupted: stopping what was started.');
      expect(stdout).toContain('The test was interrupted.');
      expect(fake.isStopAsked).toBe(true);
      expect(fake.living).toEqual([]);
      expect(existsSync(join(folder, 'j.xml'))).toBe(true);
    },
  );

  it('leaves at the second signal at once, with the name of what it leaves behind', async () => {
    fake.stuckIn = 'queued';
    fake.instead = ({ method }) => method === 'DELETE';
    const child = start(['--hub', hub, '--token-file', 'token']);
    const end = endOf(child);
    await vi.waitFor(() => expect(fake.living).toHaveLength(1), { timeout: 20_000, interval: 10 });
    child.kill('SIGINT');
    await vi.waitFor(() => expect(fake.isStopAsked).toBe(true), { timeout: 20_000, interval: 10 });
    child.kill('SIGINT');
    const { stdout, exitCode } = await end;
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`Leaving. Not known to have ended: ${fake.living[0]}`);
  });

  it('cleans up though nobody reads along any more', async () => {
    const child = start(['--hub', hub, '--token-file', 'token']);
    const end = once(child, 'close');
    child.stdout?.destroy();
    await end;
    expect(child.exitCode).toBe(0);
    expect(fake.living).toEqual([]);
  });
});

describe('juhub smoke that is called wrongly', () => {
  const file = () => ['--token-file', join(folder, 'token')];

  it.each([
    ['no token', () => [], 'Give a token, by --token-file or in JUHUB_TOKEN.'],
    ['a file that is not there', () => ['--token-file', '/nowhere'], 'The token cannot be read: ENOENT'],
    ['an empty file', () => ['--token-file', '/dev/null'], 'There is nothing in /dev/null.'],
    ['another site', () => [...file(), '--site', 'juwels'], 'There is no site called juwels. There is: jureca.'],
    ['another template', () => [...file(), '--template', 'vscode'], 'no template called vscode; it offers: lab.'],
    ['another field', () => [...file(), '--set', 'colour=red'], 'There is no field called colour to set'],
    ['no value', () => [...file(), '--set', 'colour'], 'Write field=value.'],
    ['half a check', () => [...file(), '--code', 'print(1)'], 'Give both --code and --expect, or neither.'],
    ['nothing in parallel', () => [...file(), '--parallel', '0'], 'It must be a whole number from 1 to 32.'],
    ['a limit in words', () => [...file(), '--timeout-boot', 'soon'], 'It must be a number of seconds'],
    ['a hub with a path', () => [...file(), '--hub', 'https://juhub.example.org/hub'], 'without a path'],
    ['a file in no folder', () => [...file(), '--junit', '/no/such/x.xml'], 'The result cannot be written: ENOENT'],
  ])('says what is wrong, and starts nothing: %s', async (_what, args, words) => {
    vi.stubEnv('JUHUB_TOKEN', undefined);
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      await expect(
        createProgram().parseAsync(['smoke', '--hub', hub, ...args()], { from: 'user' }),
      ).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(words) });
      expect(fake.servers.size).toBe(0);
      expect(String(printed.mock.calls)).not.toContain(FAKE_TOKEN);
    } finally {
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
    }
  });
});
