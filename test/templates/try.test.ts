import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';

/** Other tests may be using theirs. */
const name = 'juhub-try';
const JUHUB = resolve(import.meta.dirname, '../../packages/hub/bin/juhub.js');
const TEMPLATES = resolve(import.meta.dirname, '../../slurm-templates');

describe.skipIf(!canMakeCluster().ok)('juhub template try', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  let folder: string;

  beforeAll(async () => {
    cluster = await upCluster({ name });
    folder = await mkdtemp(join(tmpdir(), 'juhub-try-'));
    await cp(TEMPLATES, folder, { recursive: true });
    juhub = await startJuhub(cluster, { users: ['alice'], moreLines: [`templates: ${folder}`] });
  });
  afterAll(async () => {
    await juhub?.stop();
    await downCluster(name);
    await rm(folder, { recursive: true, force: true });
  });

  async function tryIt(template: string, ...settings: string[]) {
    const sets = settings.flatMap((setting) => ['--set', setting]);
    const args = ['template', 'try', template, '--user', 'alice', '-c', juhub.configFile, ...sets];
    const child = spawn(process.execPath, [JUHUB, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { stdout, stderr, exitCode: child.exitCode };
  }

  it('says when and where the job would start, and submits nothing', async () => {
    const end = await tryIt('jupyterlab', 'partition=gpus', 'gpus=1', 'minutes=10');
    expect(end).toMatchObject({ exitCode: 0, stderr: '' });
    expect(end.stdout).toMatch(/^cluster would take this job of alice\. Nothing was submitted\.\n/);
    expect(end.stdout).toMatch(/\n {2}start {6}\d{4}-\d\d-\d\d \d\d:\d\d UTC, (now|in 1 minute)\n/);
    expect(end.stdout).toMatch(/\n {2}nodes {6}gpu1\n {2}partition {2}gpus\n {2}Slurm {6}Job \d+ to start/);
    expect((await execOn(cluster, 'login', ['squeue', '--noheader', '--states=all'])).stdout).toBe('');
  });

  it('tells what the cluster does not allow this person, field by field', async () => {
    const end = await tryIt('jupyterlab', 'partition=batch', 'gpus=1', 'account=brain');
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain('\n  gpus: The partition batch has no GPUs; you asked for 1.');
    expect(end.stderr).toMatch(/\n {2}account: “brain” is no account of yours/);
  });

  it('repeats Slurm’s own words when it would refuse the script', async () => {
    const source = await readFile(join(folder, 'jupyterlab.sbatch.hbs'), 'utf8');
    const greedy = source.replace('#SBATCH --ntasks-per-node=1', '#SBATCH --ntasks-per-node=1\n#SBATCH --mem=900G');
    await writeFile(join(folder, 'greedy.sbatch.hbs'), greedy);
    const end = await tryIt('greedy', 'partition=batch');
    expect(end).toMatchObject({ exitCode: 1, stdout: '' });
    expect(end.stderr).toMatch(
      /^juhub: Slurm refused: .*(node configuration is not available|Memory specification can not be satisfied)/s,
    );
  });

  it('tells that a template is broken before anybody is asked', async () => {
    await appendFile(join(folder, 'greedy.sbatch.hbs'), 'echo "{{user.name}}"\n');
    expect((await tryIt('greedy', 'partition=batch')).stderr).toMatch(/^juhub: The template greedy cannot be used\./);
  });
});
