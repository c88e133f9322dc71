import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, runOn, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser, openWindow } from './browser.js';
import { signIn, waitUntilEnded } from './person.js';

const CLUSTER = 'juhub-templates';
const SHIPPED = path.resolve(import.meta.dirname, '../../slurm-templates');
const BENCH = '/hub/admin/templates/jupyterlab';

/** A program of one's own, with no gate of its own. */
const DASHBOARD = path.join(import.meta.dirname, 'dashboard.py');

/** What one types into the new field, and what becomes of it. */
const MOTTO = "it's $HOME";
const RENDERED = "echo 'it'\\''s $HOME' >~/motto";

/** Where the script of JupyterLab begins to do something. */
const BEGINNING = 'juhub_prepare\n';

/** The template with one more field, whose value a line of the script takes. */
function addField(source: string, field: string, line: string): string {
  return source
    .replace('presets:\n', `  ${field.toLowerCase()}: { type: text, label: ${field}, default: none }\npresets:\n`)
    .replace(BEGINNING, `${BEGINNING}${line}\n`);
}

/** Where a line stands that begins so, as an editor counts. */
function lineOf(source: string, text: string): number {
  return source.split('\n').findIndex((line) => line.startsWith(text)) + 1;
}

/** One administrator, one user, one evening: each test goes on where the one before ended. */
describe.skipIf(!canMakeCluster().ok)('An administrator tunes a template while a user works', () => {
  let cluster: Cluster;
  let juhub: RunningJuhub;
  let browser: Browser;
  let folder: string;
  let file: string;
  let shipped: string;
  let admin: Page;
  let alice: Page;
  /** Of the text that was made in the browser. */
  let version: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'juhub-templates-'));
    await cp(SHIPPED, folder, { recursive: true });
    file = path.join(folder, 'jupyterlab.sbatch.hbs');
    shipped = await readFile(file, 'utf8');
    cluster = await upCluster({ name: CLUSTER });
    juhub = await startJuhub(cluster, {
      users: ['alice', 'bob'],
      admins: ['bob'],
      moreLines: [`templates: ${folder}`],
    });
    browser = await launchBrowser();
    [admin, alice] = [await enter('bob'), await enter('alice')];
  });

  afterAll(async () => {
    await browser?.close();
    await juhub?.stop();
    await downCluster(CLUSTER);
    await rm(folder, { recursive: true, force: true });
  });

  async function enter(name: string): Promise<Page> {
    const page = await (await openWindow(browser)).context.newPage();
    await signIn(page, juhub.url, name, juhub.passwords[name] ?? '');
    return page;
  }

  const onLogin = (...argv: string[]) => runOn(cluster, 'login', argv, { user: 'alice' });
  const openBench = (query = '') => admin.goto(`${juhub.url}${BENCH}${query}`);
  const source = () => admin.getByRole('textbox', { name: 'Source' });
  const hasField = async (label: string) => {
    await alice.goto(`${juhub.url}/hub/start`);
    return (await alice.getByLabel(label, { exact: true }).count()) === 1;
  };

  test('A field that is written into the file is in the form without a restart', async () => {
    expect(await hasField('Greeting')).toBe(false);
    await writeFile(file, addField(shipped, 'Greeting', 'GREETING={{choices.greeting}}'));
    await expect.poll(() => hasField('Greeting'), { timeout: 30_000 }).toBe(true);
  });

  test('A template for a group of the site is offered to its members alone', async () => {
    const forAlice = shipped.replace('title: JupyterLab', 'title: Deep learning\ngroups: [alice]');
    await writeFile(path.join(folder, 'deep.sbatch.hbs'), forAlice);
    const card = (page: Page) => page.getByRole('link', { name: 'Deep learning', exact: true });
    const isOffered = async (page: Page) => {
      await page.goto(`${juhub.url}/hub/start`);
      return (await card(page).count()) === 1;
    };
    await expect.poll(() => isOffered(alice), { timeout: 30_000 }).toBe(true);
    expect(await isOffered(admin)).toBe(false);
    await rm(path.join(folder, 'deep.sbatch.hbs'));
    await expect.poll(() => isOffered(alice), { timeout: 30_000 }).toBe(false);
  });

  test('A file that is broken leaves the form as it was, and the administration has the mistake at its line', async () => {
    const broken = addField(shipped, 'Motto', 'echo "{{choices.motto}}" >~/motto');
    await writeFile(file, broken);
    const place = `jupyterlab.sbatch.hbs:${lineOf(broken, 'echo "')}:7`;
    const isTold = async () => {
      await admin.goto(`${juhub.url}/hub/admin/templates`);
      return admin.getByText(place).isVisible();
    };
    await expect.poll(isTold, { timeout: 30_000 }).toBe(true);
    expect(await hasField('Greeting')).toBe(true);
    expect(await hasField('Motto')).toBe(false);
  });

  test('In the browser the administrator sees the mistake, mends it, tests it on the cluster and puts it in use', async () => {
    await openBench('?from=file');
    const text = await source().inputValue();
    const line = lineOf(text, 'echo "');
    await admin.getByRole('link', { name: `jupyterlab.sbatch.hbs:${line}:7` }).click();
    const cursor = await source().evaluate((element) => (element as HTMLTextAreaElement).selectionStart);
    expect(text.slice(0, cursor).split('\n')).toHaveLength(line);
    await source().fill(text.replace('echo "{{choices.motto}}"', 'echo {{choices.motto}}'));
    await admin.getByText('No mistakes.').waitFor();

    await admin.getByLabel('User', { exact: true }).fill('alice');
    await admin.getByLabel('Motto').fill(MOTTO);
    await admin.getByText(RENDERED).waitFor();
    await admin.getByRole('button', { name: 'Test on the cluster' }).click();
    const answer = admin.locator('[data-tried]');
    await answer.getByText('Test cluster would take this job of alice. Nothing was submitted.').waitFor();
    expect(await answer.getByText(/^Job \d+ to start at/).isVisible()).toBe(true);
    expect(await onLogin('squeue', '--noheader', '--states=all')).toBe('');

    await admin.getByLabel('Why').fill('people want a motto');
    await admin.getByRole('button', { name: 'Put in use' }).click();
    const done = await admin.getByText(/^Version [0-9a-f]+ is in use now\.$/).innerText();
    version = /[0-9a-f]{8,}/.exec(done)?.[0] ?? '';
    expect(await admin.getByText('people want a motto').isVisible()).toBe(true);
    expect(await hasField('Motto')).toBe(true);
    expect(juhub.output()).toMatch(new RegExp(`"version":"${version}".*"admin":"bob"`));
  });

  test('What Slurm would refuse is told in its own words', async () => {
    await openBench();
    await admin.getByLabel('User', { exact: true }).fill('alice');
    const greedy = '#SBATCH --ntasks-per-node=1\n#SBATCH --mem=900G';
    await source().fill((await source().inputValue()).replace('#SBATCH --ntasks-per-node=1', greedy));
    await admin.getByRole('button', { name: 'Test on the cluster' }).click();
    const answer = admin.locator('[data-tried]');
    await answer.getByText('Test cluster would not take this job.').waitFor();
    expect(await answer.innerText()).toMatch(/[Mm]emory|not available/);
  });

  test('The user starts with the new field, and the running script has the value', async () => {
    await alice.goto(
      `${juhub.url}/hub/start?${new URLSearchParams({ partition: 'batch', minutes: '30', motto: MOTTO })}`,
    );
    await alice.getByRole('button', { name: 'Start', exact: true }).click();
    await alice.waitForURL('**/user/alice/default/lab**', { timeout: 90_000 });
    expect(await onLogin('cat', '/home/alice/motto')).toBe(MOTTO);
  });

  test('Back at the file the form is as before, and the server still names the version and the script that made it', async () => {
    await writeFile(file, addField(shipped, 'Greeting', 'GREETING={{choices.greeting}}'));
    const canGoBack = async () => {
      admin.once('dialog', (dialog) => void dialog.accept());
      await openBench();
      return (await admin.getByRole('button', { name: 'Go back to the file' }).count()) === 1;
    };
    await expect.poll(canGoBack, { timeout: 30_000 }).toBe(true);
    expect(await hasField('Motto')).toBe(true);
    await admin.getByRole('button', { name: 'Go back to the file' }).click();
    await admin.getByText('The file jupyterlab.sbatch.hbs is in use.').waitFor();
    expect(await hasField('Motto')).toBe(false);
    expect(await hasField('Greeting')).toBe(true);

    await alice.goto(`${juhub.url}/hub/servers/default`);
    expect(await alice.getByText(`version ${version}`).isVisible()).toBe(true);
    await alice.getByText('The job script').click();
    expect(await alice.getByText(RENDERED).isVisible()).toBe(true);
    await admin.goto(`${juhub.url}${BENCH}/versions/${version}`);
    expect(await admin.getByText('alice/default').isVisible()).toBe(true);

    await alice.getByRole('button', { name: 'Stop' }).click();
    await waitUntilEnded(alice);
    expect(await alice.getByText(`version ${version}`).isVisible()).toBe(true);
  });

  /** Puts one of the templates that are not offered by default beside the others. */
  const offer = (name: string) =>
    cp(path.join(SHIPPED, 'more', `${name}.sbatch.hbs`), path.join(folder, `${name}.sbatch.hbs`));

  async function startOf(template: string, choices: Record<string, string>): Promise<void> {
    const form = new URLSearchParams({ template, name: template, partition: 'devel', minutes: '30', ...choices });
    const isOffered = async () => {
      await alice.goto(`${juhub.url}/hub/start?${form}`);
      return (await alice.locator(`input[name="template"][value="${template}"]`).count()) === 1;
    };
    await expect.poll(isOffered, { timeout: 30_000 }).toBe(true);
    await alice.getByRole('button', { name: 'Start', exact: true }).click();
    await alice.waitForURL(`**/user/alice/${template}/**`, { timeout: 90_000 });
  }

  test('A program without a gate of its own is open to its user alone, also for somebody on its node', async () => {
    await offer('web-program');
    const put = 'mkdir -p apps && cat >apps/dashboard && chmod +x apps/dashboard';
    await execOn(cluster, 'login', ['sh', '-c', put], { user: 'alice', stdin: await readFile(DASHBOARD, 'utf8') });
    await startOf('web-program', { program: 'apps/dashboard' });
    await alice.getByText('live from cn1').waitFor();

    const dir = '.juhub/servers/*/';
    const { port } = JSON.parse(await onLogin('sh', '-c', `cat ${dir}endpoint`)) as { port: number };
    const secret = await onLogin('sh', '-c', `cat ${dir}secret`);
    const asBob = async (script: string) =>
      (await execOn(cluster, 'cn1', ['sh', '-c', script], { user: 'bob' })).stdout;
    const page = `http://127.0.0.1:${port}/user/alice/web-program/`;
    const look = "curl --silent --max-time 5 --output /dev/null --write-out '%{http_code}'";
    expect(await asBob(`${look} ${page}`)).toBe('403');
    expect(await asBob(`${look} -H 'Connection: Upgrade' -H 'Upgrade: websocket' ${page}live`)).toBe('403');
    expect(await asBob(`${look} --unix-socket /tmp/juhub-*/program.socket http://localhost/`)).toBe('000');
    expect(await asBob(`ls /tmp/juhub-*/ /home/alice/${dir}`)).toBe('');
    const arguments_ = await asBob('ps -eww -o user,args');
    expect(arguments_).toMatch(/alice .*doorkeeper\.py/);
    expect(arguments_).not.toContain(secret);

    await alice.goto(`${juhub.url}/hub/servers/web-program`);
    await alice.getByRole('button', { name: 'Stop' }).click();
    await waitUntilEnded(alice);
    expect(await asBob('ps -eww -o user,args | grep ^alice; ls -d /tmp/juhub-*')).toBe('');
  });

  test('The classic Notebook is a template of its own, and asks nobody for a token', async () => {
    await offer('notebook');
    await startOf('notebook', {});
    await alice.waitForURL('**/user/alice/notebook/tree**');
    await alice.getByRole('link', { name: 'apps' }).waitFor();
    await alice.goto(`${juhub.url}/hub/servers/notebook`);
    await alice.getByRole('button', { name: 'Stop' }).click();
    await waitUntilEnded(alice);
  });
});
