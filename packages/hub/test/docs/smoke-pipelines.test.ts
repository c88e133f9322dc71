import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { createProgram } from '../../src/cli/juhub.js';

const root = new URL('../../../../', import.meta.url).pathname;
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const HOW_TO = read('docs/how-to/smoke-test-a-site.md');
const SERVICE = read('deploy/systemd/juhub-smoke.service');

/** What `juhub smoke` is given, with the words split as a shell does. */
function argsOf(line: string): string[] {
  const rest = line.slice(line.search(/juhub(\.js)? smoke /)).replace(/^\S+ smoke /, '');
  const words = rest.replaceAll('…', '').replaceAll('%d', '/run').replaceAll('%S', '/var/lib');
  const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

/** Reads the arguments as the command does, and does not run it. @throws what is wrong with them */
async function parseSmoke(args: readonly string[]): Promise<Record<string, unknown>> {
  const program = createProgram();
  const smoke = program.commands.find((command) => command.name() === 'smoke');
  smoke?.configureOutput({ writeErr: () => {} }).action(() => {});
  await program.parseAsync(['smoke', ...args], { from: 'user' });
  return smoke?.opts() ?? {};
}

/** The first indented block below a heading. */
function blockBelow(heading: string): string {
  const below = HOW_TO.slice(HOW_TO.indexOf(`## ${heading}`));
  return (/(?:^ {4}.*\n|^\n(?= {4}))+/m.exec(below)?.[0] ?? '').replaceAll(/^ {4}/gm, '');
}

describe('how to smoke-test a site', { timeout: 60_000 }, () => {
  beforeEach(() => {
    vi.stubEnv('JUHUB_HUB', 'https://juhub.example.org');
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('calls the command in no way that it does not know', async () => {
    const lines = `${HOW_TO}\n${SERVICE}`.split('\n').filter((line) => /juhub(\.js)? smoke .*--/.test(line));
    const calls = lines.filter((line) => /^( {4}|ExecStart=)/.test(line));
    expect(calls.length).toBeGreaterThanOrEqual(7);
    for (const call of calls) {
      await expect(parseSmoke(argsOf(call)), call).resolves.toBeDefined();
    }
    await expect(parseSmoke(['--no-such'])).rejects.toThrow('unknown option');
  });

  it('has a pipeline for GitLab that keeps what the command writes, whatever came of it', async () => {
    const { smoke } = parse(blockBelow('In GitLab CI'));
    const flags = await parseSmoke(argsOf(smoke.script[0]));
    expect(smoke.artifacts).toEqual({ when: 'always', paths: [flags.json], reports: { junit: flags.junit } });
    expect(JSON.stringify(smoke)).not.toContain('--token');
  });

  it('has a workflow for GitHub that gives the token to one step alone, and keeps what it writes', async () => {
    const { jobs, permissions } = parse(blockBelow('In GitHub Actions'));
    const { steps, env } = jobs.smoke;
    const [test, upload] = steps.slice(-2);
    const flags = await parseSmoke(argsOf(test.run));
    expect(test.env.JUHUB_TOKEN).toMatch(/^\$\{\{ secrets\.JUHUB_TOKEN \}\}$/);
    expect([env, jobs.env, permissions]).toEqual([undefined, undefined, { contents: 'read' }]);
    expect(upload.if).toBe('always()');
    expect(upload.with.path.trim().split('\n')).toEqual([flags.junit, flags.json]);
  });
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe('the timer in deploy/systemd', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'juhub-units-'));
    cpSync(join(root, 'deploy/systemd'), folder, { recursive: true });
    // There is no /usr/local/bin/juhub where this test runs.
    writeFileSync(join(folder, 'juhub-smoke.service'), SERVICE.replace('/usr/local/bin/juhub', '/bin/true'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const analyze = (...args: string[]) =>
    spawnSync('systemd-analyze', args, { encoding: 'utf8', env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } });

  it('hands the token over as a credential, and gives the test time to clean up', async () => {
    expect(SERVICE).toMatch(/^LoadCredential=token:\/etc\/juhub-smoke\/token$/m);
    expect(SERVICE).not.toMatch(/JUHUB_TOKEN/);
    expect(SERVICE).toMatch(/^DynamicUser=yes$/m);
    const flags = await parseSmoke(['--hub', 'https://juhub.example.org']);
    expect(Number(flags.timeoutStop) + Number(flags.timeoutClean)).toBeLessThan(180);
    expect(SERVICE).toMatch(/^TimeoutStopSec=3min$/m);
  });

  it.skipIf(!hasSystemd)('is one that systemd takes without a word, and that exposes little', () => {
    const units = ['juhub-smoke.service', 'juhub-smoke.timer'].map((name) => join(folder, name));
    expect(analyze('verify', ...units)).toMatchObject({ status: 0, stderr: '' });
    const service = join(folder, 'juhub-smoke.service');
    // In tenths; systemd itself calls up to 2.0 “ok”, and a unit without any of it has 9.6.
    expect(analyze('security', '--offline=yes', '--no-pager', '--threshold=20', service).status).toBe(0);
    writeFileSync(
      service,
      SERVICE.replace('/usr/local/bin/juhub', '/bin/true').replaceAll(/^(Restrict|Protect).*$/gm, ''),
    );
    expect(analyze('security', '--offline=yes', '--no-pager', '--threshold=20', service).status).toBe(1);
  });

  it.skipIf(!hasSystemd)('does not take over what the parts of juhub share beside it', () => {
    const shared = read('deploy/systemd/juhub-.service.d/common.conf');
    expect(shared).toContain('Restart=always');
    // With the Type that they share systemd would find nothing wrong in a test that never ends.
    writeFileSync(join(folder, 'juhub-.service.d/common.conf'), shared.replace(/^Type=.*$/m, ''));
    const service = join(folder, 'juhub-smoke.service');
    expect(analyze('verify', service)).toMatchObject({ status: 0, stderr: '' });
    rmSync(join(folder, 'juhub-smoke.service.d'), { recursive: true });
    expect(analyze('verify', service).stderr).toContain("isn't allowed for Type=oneshot");
  });
});
