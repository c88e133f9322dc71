import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CASE_STEPS } from '../../packages/hub/src/smoke/step-names.js';
import { type Cluster, canMakeCluster, downCluster, execOn, runOn, upCluster } from '../cluster/cluster.js';
import { openPorts, shutPorts, startDaemon, stopDaemon } from '../cluster/faults.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { makeToken, type SmokeRun, startSmoke } from './juhub-smoke.js';

const CLUSTER = 'juhub-smoke';
const TEMPLATES = path.resolve(import.meta.dirname, '../../slurm-templates');

/** Any web program: whatever below its path is asked for, it answers with a page. */
const DASHBOARD = `
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'<h1>No Jupyter</h1>')
http.server.HTTPServer((sys.argv[1], 0), Handler).serve_forever()
`;

/** A template for it, made of the one for JupyterLab. */
async function writeDashboardTemplate(folder: string): Promise<string> {
  const text = await readFile(path.join(TEMPLATES, 'jupyterlab.sbatch.hbs'), 'utf8');
  const file = path.join(folder, 'dashboard.sbatch.hbs');
  const changed = text
    .replace('title: JupyterLab', 'title: Dashboard')
    .replace('{{> jupyter}}', '')
    .replace('juhub_find_jupyter\n', '')
    .replace(/^juhub_serve .*$/m, 'juhub_serve "$JUHUB_BASE_PATH" python3 "$HOME/dashboard.py" "$JUHUB_BIND"');
  await writeFile(file, changed);
  return file;
}

describe.skipIf(!canMakeCluster().ok)('juhub smoke against a real site', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  let templates: string;
  let token: string;

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    templates = await mkdtemp(path.join(tmpdir(), 'juhub-templates-'));
    await cp(TEMPLATES, templates, { recursive: true });
    juhub = await startJuhub(cluster, { users: ['alice'], moreLines: [`templates: ${templates}`] });
    token = makeToken(juhub, 'alice');
  });

  afterAll(async () => {
    await juhub?.stop();
    await rm(templates, { recursive: true, force: true });
    await downCluster(CLUSTER);
  });

  const smoke = async (...args: string[]): Promise<SmokeRun> => {
    const run = await (await startSmoke(juhub.url, token, args)).done;
    console.log(run.output);
    return run;
  };
  const onLogin = (...argv: string[]) => runOn(cluster, 'login', argv, { user: 'alice' });
  const askApi = async (what: string) => {
    const response = await fetch(`${juhub.url}/hub/api${what}`, { headers: { authorization: `Bearer ${token}` } });
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever comes
    return (await response.json()) as any;
  };
  const listServers = async () => Object.keys((await askApi('/user')).servers);

  /** Nothing of any server is left: not on the hub, not in the queue, not on the site, no tunnel. */
  async function expectNothingLeft(): Promise<void> {
    await expect.poll(listServers, { timeout: 90_000, interval: 500 }).toEqual([]);
    expect(await onLogin('squeue', '--noheader', '--user=alice')).toBe('');
    expect(await onLogin('ls', '-A', '/home/alice/.juhub/servers')).toBe('');
    expect(await readdir(path.join(juhub.stateDir, 'tunnels'))).toEqual([]);
  }

  /** Until the hub has noticed that the site can't be asked: it keeps what it knows for half a minute. */
  async function untilMissed(): Promise<void> {
    const askProblem = async () => (await askApi('/sites/cluster')).problem;
    await expect.poll(askProblem, { timeout: 90_000, interval: 500 }).not.toBeNull();
  }

  /** Until the hub has asked the site so lately that it will not notice at once when it goes away. */
  async function untilFresh(): Promise<void> {
    const isFresh = async () => {
      const { problem, ageSeconds } = await askApi('/sites/cluster');
      return problem === null && ageSeconds < 20;
    };
    await expect.poll(isFresh, { timeout: 90_000, interval: 500 }).toBe(true);
  }

  test('Every template on every node type passes, with the time of each step, and nothing is left', async () => {
    const { exitCode, report, junit } = await smoke('--matrix', '--parallel', '4');
    expect(exitCode).toBe(0);
    const [first] = report.cases;
    expect(report.cases.map(({ title, outcome }) => `${title}: ${outcome}`)).toEqual([
      'jupyterlab on batch: passed',
      'jupyterlab on devel: passed',
      'jupyterlab on gpus: passed',
      'jupyterlab on login-node: passed',
    ]);
    expect(report.cases[2]?.choices).toMatchObject({ gpus: '1', nodes: '1', minutes: '10' });
    expect(first?.steps.map(({ step }) => step)).toEqual(CASE_STEPS.map(({ name }) => name));
    expect(first?.steps.every(({ outcome, seconds }) => outcome === 'passed' && seconds >= 0)).toBe(true);
    expect(junit).toContain('<testsuite name="jupyterlab on gpus" tests="9" failures="0" errors="0" skipped="0"');
    await expectNothingLeft();
  });

  test('A program that is no Jupyter passes when it answers 200, and the output says so', async () => {
    await writeFile(`${cluster.root}/home/alice/dashboard.py`, DASHBOARD);
    const file = await writeDashboardTemplate(templates);
    try {
      const { exitCode, output, report } = await smoke('--template', 'dashboard', '--set', 'partition=devel');
      expect(exitCode).toBe(0);
      expect(output).toMatch(/ok +open .* not a Jupyter server, answered 200/);
      expect(output).toMatch(/skipped +kernel .* not a Jupyter server/);
      expect(report.cases[0]?.steps.filter(({ outcome }) => outcome === 'skipped').map(({ step }) => step)).toEqual([
        'kernel',
        'run-code',
      ]);
    } finally {
      await rm(file);
    }
    await expectNothingLeft();
  });

  test('Code that fails in the kernel fails in run-code with the kernel’s words, and the server is stopped', async () => {
    const args = ['--template', 'jupyterlab', '--set', 'partition=devel'];
    const { exitCode, report } = await smoke(...args, '--code', 'import no_such_module', '--expect', 'x');
    expect(exitCode).toBe(1);
    expect(report.cases[0]?.failure).toMatchObject({
      step: 'run-code',
      reason: expect.stringContaining("ModuleNotFoundError: No module named 'no_such_module'"),
    });
    expect(report.cases[0]?.steps.find(({ step }) => step === 'clean')?.outcome).toBe('passed');
    await expectNothingLeft();
  });

  test('A program that is missing fails in boot, with the end of the log', async () => {
    const programs = ['jupyter-lab', 'jupyter-notebook'].map((name) => `/usr/bin/${name}`);
    const move = (from: string, to: string) =>
      execOn(cluster, 'login', [
        'sh',
        '-c',
        `for f in ${programs.join(' ')}; do [ -e $f${from} ] && mv $f${from} $f${to}; done`,
      ]);
    await move('', '.away');
    try {
      const { exitCode, output, report, junit } = await smoke('--set', 'partition=devel');
      expect(exitCode).toBe(1);
      const [only] = report.cases;
      expect(only?.failure?.step).toBe('boot');
      expect(only?.failure?.reason).toContain('There is neither jupyter-lab nor jupyter-notebook on cn1');
      expect(only?.failure?.logTail).toContain('neither jupyter-lab');
      expect(output).toMatch(/FAILED in boot: jupyterlab on devel \(smoke-[0-9a-f]{8}\)/);
      expect(junit).toMatch(
        /<testcase classname="juhub.cluster.jupyterlab on devel" name="boot" time="[\d.]+">\n +<failure/,
      );
    } finally {
      await move('.away', '');
    }
    await expectNothingLeft();
  });

  test('A node whose ports nothing gets through to fails in open, and says which port', async () => {
    await shutPorts(cluster, 'gpu1');
    try {
      const { exitCode, report } = await smoke('--set', 'partition=gpus', '--timeout-open', '8');
      expect(exitCode).toBe(1);
      expect(report.cases[0]?.failure?.step).toBe('open');
      expect(report.cases[0]?.failure?.reason).toMatch(
        /took longer than 8 s.*runs on gpu1.*port \d+.*Can the login node reach/is,
      );
      expect(report.cases[0]?.steps.find(({ step }) => step === 'boot')?.outcome).toBe('passed');
    } finally {
      await openPorts(cluster, 'gpu1');
    }
    await expectNothingLeft();
  });

  test('A job that waits too long fails in queue with Slurm’s reason; one that is interrupted meanwhile is cancelled', async () => {
    const wrap = ['--parsable', '--partition=gpus', '--account=climate', '--gres=gpu:4', '--wrap=sleep 600'];
    const blocker = await onLogin('sbatch', ...wrap);
    try {
      const late = await smoke('--set', 'partition=gpus', '--timeout-queue', '6');
      expect(late.report.cases[0]?.failure).toMatchObject({
        step: 'queue',
        reason: expect.stringMatching(/took longer than 6 s\. The job is in the queue\. Slurm says Resources:/),
      });
      const run = await startSmoke(juhub.url, token, ['--set', 'partition=gpus']);
      await run.until('submit ');
      run.child.kill('SIGINT');
      const { exitCode, output, report } = await run.done;
      expect(exitCode).toBe(1);
      expect(report).toMatchObject({ outcome: 'failed', isInterrupted: true });
      expect(report.cases[0]?.failure).toMatchObject({ step: 'queue', reason: 'The test was interrupted.' });
      expect(output).toContain('Interrupted: stopping what was started.');
      expect(await listServers()).toEqual([]);
      expect(await onLogin('squeue', '--noheader', '--user=alice', '--format=%i')).toBe(blocker);
    } finally {
      await onLogin('scancel', blocker);
    }
  });

  test('A slurmctld that is away fails in submit while the hub has not noticed, and in ask-scheduler after that', async () => {
    await untilFresh();
    await stopDaemon(cluster, 'login', 'slurmctld');
    try {
      const args = ['--set', 'partition=devel', '--timeout-submit', '45', '--timeout-stop', '2'];
      const run = await startSmoke(juhub.url, token, args);
      await run.until('start ');
      const [first] = await Promise.all([run.done, untilMissed()]);
      expect(first.exitCode).toBe(1);
      expect(first.report.cases[0]?.failure).toMatchObject({
        step: 'submit',
        reason: expect.stringMatching(/scheduler gives no answer.*Unable to contact slurm controller/i),
      });
      expect(first.report.cases[0]?.left).toMatch(/^smoke-[0-9a-f]{8} could not be stopped/);
      const second = await smoke(...args);
      expect(second.exitCode).toBe(1);
      expect(second.report.before.failure).toMatchObject({
        step: 'ask-scheduler',
        reason: expect.stringMatching(/reaches cluster.*Unable to contact slurm controller/i),
      });
      expect(second.report.cases).toEqual([]);
    } finally {
      await startDaemon(cluster, 'login', 'slurmctld');
    }
    await untilFresh();
    await expectNothingLeft();
  });

  test('An sshd that is away fails in submit while the hub has not noticed, and in reach-site after that', async () => {
    await untilFresh();
    await stopDaemon(cluster, 'login', 'sshd');
    try {
      const args = ['--set', 'partition=devel', '--timeout-submit', '8', '--timeout-stop', '2'];
      const run = await startSmoke(juhub.url, token, args);
      await run.until('start ');
      const [first] = await Promise.all([run.done, untilMissed()]);
      expect(first.exitCode).toBe(1);
      expect(first.report.cases[0]?.failure).toMatchObject({
        step: 'submit',
        reason: expect.stringMatching(/cannot reach the site.*10\.77\.0\.2/i),
      });
      const second = await smoke(...args);
      expect(second.exitCode).toBe(1);
      expect(second.report.before.failure).toMatchObject({
        step: 'reach-site',
        reason: expect.stringMatching(/cannot reach cluster.*10\.77\.0\.2/i),
      });
      expect(second.report.seconds).toBeLessThan(30);
    } finally {
      await startDaemon(cluster, 'login', 'sshd');
    }
    await untilFresh();
    await expectNothingLeft();
  });
});
