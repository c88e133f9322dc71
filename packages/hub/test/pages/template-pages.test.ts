import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SlurmError } from '@juhub/slurm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestBrowser } from '../web/start-test-hub.js';
import { makeTool } from './examples.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

const BENCH = '/hub/admin/templates/tool';
/** The file system tells of a change when it can. */
const SOON = { timeout: 10_000 };

let room: PageHub;
let ada: TestBrowser;

beforeEach(async () => {
  room = await startPageHub({ templates: { 'tool.sbatch.hbs': makeTool('Tool') } });
  ada = await room.enter('ada');
});

afterEach(() => room.close());

const inUse = () => room.desk.templates.all().get('tool');
const seen = () => String(room.desk.find('tool').use?.number);

/** What the form of the workbench sends; browsers send the lines of a text with CR LF. */
const work = (source: string, more: Record<string, string> = {}) => ({
  _seen: seen(),
  _user: 'ada',
  _site: 'cluster',
  _source: source.replaceAll('\n', '\r\n'),
  ...more,
});

/** Opens the workbench and sends what was typed there. */
async function send(source: string, more: Record<string, string> = {}, browser = ada) {
  const form = work(source, more);
  await browser.get(BENCH);
  return browser.post(BENCH, form);
}

/** What a reader of a page sees of it. */
const textOf = (html: string) =>
  html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');

const putServer = (version: string, secret: string | null = null) =>
  room.putServer({ name: `s${version}`, template: 'tool', templateVersion: version, secret });

async function breakFile(): Promise<void> {
  room.put('tool.sbatch.hbs', makeTool('Broken', 'echo "{{user.name}}"\n'));
  await vi.waitFor(() => expect(room.desk.find('tool').isBroken).toBe(true), SOON);
}

describe('The pages of the templates', () => {
  it('are there for administrators alone', async () => {
    const alice = await room.enter('alice');
    await alice.get('/hub/home');
    const version = inUse()?.version;
    const pages = ['/hub/admin/templates', BENCH, `${BENCH}/versions/${version}`];
    for (const path of pages) {
      expect([path, (await alice.get(path)).status, (await room.hub.ask(path)).status]).toEqual([path, 404, 404]);
    }
    await alice.get('/hub/home');
    const acts = [BENCH, `${BENCH}/findings`, `${BENCH}/back`, `${BENCH}/versions/${version}/use`];
    for (const path of acts) {
      expect([path, (await alice.post(path, work(makeTool('Evil'), { _act: 'use' }))).status]).toEqual([path, 404]);
    }
    expect(inUse()?.title.en).toBe('Tool');
  });

  it('list the templates with version, where it is from, sites, servers, and what is wrong', async () => {
    const old = inUse()?.version ?? '';
    await putServer(old);
    await send(makeTool('Chosen'), { _act: 'use' });
    await putServer(inUse()?.version ?? '');
    await breakFile();
    const { text } = await ada.get('/hub/admin/templates');
    const page = textOf(text);
    expect(page).toContain('Chosen');
    expect(page).toContain(inUse()?.version);
    expect(page).toContain('chosen by ada');
    expect(page).toMatch(/Servers now\s*2 \(one with an older version\)/);
    expect(page).toMatch(/tool\.sbatch\.hbs:10:7 {{user\.name}} brings its own quotes/);
    expect(textOf((await ada.get('/hub/admin')).text)).toContain('A job template has a mistake.');
  });

  it('say that the folder cannot be read, and that everything stays', async () => {
    rmSync(room.folder, { recursive: true });
    await vi.waitFor(() => expect(room.desk.templates.folder().isListed).toBe(false), SOON);
    const page = textOf((await ada.get('/hub/admin/templates')).text);
    expect(page).toContain('The folder of the job templates cannot be read.');
    expect(page).toContain('This cannot be read');
    expect(page).toContain(inUse()?.version);
  });

  it('speak German to whoever reads German', async () => {
    const { text } = await ada.get(BENCH, { 'accept-language': 'de' });
    expect(textOf(text)).toContain('Auf dem Cluster testen');
    expect(textOf(text)).not.toContain('adminTemplates.');
  });

  it('have nothing of a template or a version that there never was', async () => {
    const paths = ['/hub/admin/templates/none', `${BENCH}/versions/abc`, `${BENCH}?version=abc`];
    const statuses = await Promise.all(paths.map(async (path) => (await ada.get(path)).status));
    expect(statuses).toEqual([404, 404, 404]);
  });
});

describe('The workbench', () => {
  it('shows the source beside the script that the choices make, which never holds a secret', async () => {
    const secret = 'c'.repeat(64);
    await putServer(inUse()?.version ?? '', secret);
    const { text } = await ada.get(`${BENCH}?partition=gpus&word=it's`);
    expect(textOf(text)).toContain('echo {{choices.word}}');
    expect(textOf(text)).toContain('#SBATCH --partition=gpus');
    expect(textOf(text)).toContain("echo 'it'\\''s'");
    expect(text).not.toContain(secret);
  });

  it('tells mistakes at their line, keeps what was typed and chosen, and changes nothing', async () => {
    const typed = makeTool('Typed <b>', 'echo "{{user.name}}"\n');
    const { status, text } = await send(typed, { _act: 'check', word: 'moin' });
    expect(status).toBe(200);
    expect(text).toMatch(/<a href="#source-10" data-line="10" data-column="7"><code>tool\.sbatch\.hbs:10:7<\/code>/);
    expect(text).toMatch(/<span id="source-10" class="is-bad">10<\/span>/);
    expect(text).toContain('title: Typed &lt;b&gt;');
    expect(text).toContain('name="word" value="moin"');
    expect(text).toMatch(/class="is-removed">.*title: Tool/);
    expect(text).toMatch(/class="is-added">.*title: Typed &lt;b&gt;/);
    expect(inUse()?.title.en).toBe('Tool');
  });

  it('asks for the fields of the edited text, and says what is refused of the choices', async () => {
    const source = makeTool('Tool').replace('word: {', 'colour: { type: text, label: Colour }\n  word: {');
    const { text } = await send(`${source}echo {{choices.colour}}\n`, { _act: 'check', partition: 'old' });
    expect(text).toContain('Colour');
    expect(textOf(text)).toMatch(/These choices are refused[\s\S]*old/);
  });

  it('puts a text in use with a note, and the form of users has it at once', async () => {
    const alice = await room.enter('alice');
    const source = makeTool('Tool').replace('label: Word', 'label: Password of the day');
    const answer = await send(source, { _act: 'use', _note: 'people asked' });
    expect([answer.status, answer.headers.location]).toEqual([303, `${BENCH}?used=${inUse()?.version}`]);
    expect(inUse()?.source).toBe(source);
    expect((await alice.get('/hub/start')).text).toContain('Password of the day');
    const page = textOf((await ada.get(answer.headers.location ?? '')).text);
    expect(page).toContain(`Version ${inUse()?.version} is in use now.`);
    expect(page).toMatch(/chosen\s*ada\s*people asked/);
    expect(room.hub.logged.find(({ fields }) => 'admin' in fields)).toMatchObject({
      fields: { admin: 'ada', template: 'tool', version: inUse()?.version, note: 'people asked' },
    });
  });

  it.each([
    ['is no template', 'nothing'],
    ['has a value in quotes', makeTool('Wrong', 'echo "{{user.name}}"\n')],
    ['bash cannot read', makeTool('Wrong', 'if true; fi\n')],
  ])('puts nothing in use that %s', async (_, source) => {
    const { status, text } = await send(source, { _act: 'use' });
    expect(status).toBe(422);
    expect(text).toContain('It was not put in use');
    expect(text).toMatch(/<a href="#source-\d+" data-line/);
    expect(inUse()?.title.en).toBe('Tool');
  });

  it('shows the second of two administrators what changed, and lets him decide again', async () => {
    await room.hub.services.database.users.setAdmin('bob', true);
    const bob = await room.enter('bob');
    const old = work(makeTool('Of Bob'), { _act: 'use' });
    await send(makeTool('Of Ada'), { _act: 'use' });
    await bob.get(BENCH);
    const late = await bob.post(BENCH, old);
    expect(late.status).toBe(409);
    expect(textOf(late.text)).toContain('Meanwhile another version was put in use (ada).');
    expect(late.text).toMatch(/class="is-removed">.*title: Of Ada/);
    expect(late.text).toMatch(/class="is-added">.*title: Of Bob/);
    expect(inUse()?.title.en).toBe('Of Ada');
    const again = /name="_seen" value="(\d+)"/.exec(late.text)?.[1] ?? '';
    expect((await bob.post(BENCH, { ...old, _seen: again })).status).toBe(303);
    expect(inUse()?.title.en).toBe('Of Bob');
  });

  it('changes nothing without the token of the page', async () => {
    await ada.get(BENCH);
    for (const path of [BENCH, `${BENCH}/findings`, `${BENCH}/back`, `${BENCH}/versions/${inUse()?.version}/use`]) {
      const form = work(makeTool('Evil'), { _act: 'use', _xsrf: 'x' });
      expect([path, (await ada.post(path, form)).status]).toEqual([path, 403]);
    }
    expect(inUse()?.title.en).toBe('Tool');
  });

  it('answers its own script with what it found, and with no token', async () => {
    await ada.get(BENCH);
    const form = work(makeTool('Typed', 'echo "{{user.name}}"\n'));
    const { status, text } = await ada.post(`${BENCH}/findings`, form, { 'sec-fetch-dest': 'empty' });
    expect(status).toBe(200);
    expect(text).toContain('data-line="10"');
    expect(text).not.toContain('_xsrf');
    expect(text).not.toContain('<html');
  });

  it('takes no text that is longer than a template can be', async () => {
    expect((await send('x'.repeat(64 * 1024 + 1), { _act: 'check' })).status).toBe(413);
  });

  it('shows a script without the limits of a site that cannot be asked, and says so', async () => {
    room.cluster.goAway();
    const page = textOf((await ada.get(`${BENCH}?partition=anything`)).text);
    expect(page).toContain('#SBATCH --partition=anything');
    expect(page).toContain('The limits of the site are not known now');
  });
});

describe('A test on the cluster', () => {
  it('gives the script to Slurm as the user’s account, says what comes back, and is logged', async () => {
    const { text } = await send(makeTool('Typed'), { _act: 'try', _user: 'alice', word: 'moin' });
    expect(textOf(text)).toContain('Demo cluster would take this job of alice1. Nothing was submitted.');
    expect(textOf(text)).toContain('Job 7 to start at once');
    expect(room.cluster.tried).toEqual([expect.stringContaining("echo 'moin'")]);
    expect(room.hub.logged.find(({ message }) => message.includes('tests a template'))).toMatchObject({
      fields: { admin: 'ada', user: 'alice', site: 'cluster', template: 'tool' },
    });
  });

  it('repeats Slurm’s own words when it would refuse the job', async () => {
    room.cluster.refusal = new SlurmError('refused', 'Slurm refused: Requested node configuration is not available');
    const { text } = await send(makeTool('Typed'), { _act: 'try' });
    expect(textOf(text)).toContain('Demo cluster would not take this job.');
    expect(textOf(text)).toContain('Requested node configuration is not available');
  });

  it.each([
    ['for a user whom the hub does not know', { _user: 'root' }, 'There is no such user.'],
    ['with choices that are refused', { partition: 'nowhere' }, 'nowhere'],
    ['of a process on the login node', { partition: 'login-node' }, 'there is no Slurm to ask'],
    ['of a text with mistakes', { _source: 'nothing' }, 'There is no script'],
  ])('asks nobody %s', async (_, more, words) => {
    const { status, text } = await send(makeTool('Typed'), { _act: 'try', ...more });
    expect(status).toBe(200);
    expect(textOf(text)).toContain('It could not be tested.');
    expect(textOf(text)).toContain(words);
    expect(room.cluster.tried).toEqual([]);
  });

  it('says why when the site cannot be asked', async () => {
    room.cluster.goAway();
    const { text } = await send(makeTool('Typed'), { _act: 'try' });
    expect(textOf(text)).toContain('login1 does not answer');
  });
});

describe('The file and the chosen version', () => {
  it('stand beside each other: the difference is shown, and one click goes back', async () => {
    await send(makeTool('Chosen'), { _act: 'use' });
    room.put('tool.sbatch.hbs', makeTool('Changed on disk'));
    await vi.waitFor(() => expect(room.desk.find('tool').file?.template?.title.en).toBe('Changed on disk'), SOON);
    const { text } = await ada.get(BENCH);
    expect(textOf(text)).toContain('The file tool.sbatch.hbs is different, and does not count.');
    expect(text).toMatch(/class="is-added">.*title: Changed on disk/);
    expect((await ada.get(`${BENCH}?from=file`)).text).toMatch(/<textarea[^>]*>\n---\ntitle: Changed on disk/);
    const answer = await ada.post(`${BENCH}/back`, { _seen: seen() });
    expect([answer.status, answer.headers.location]).toEqual([303, BENCH]);
    expect(inUse()?.title.en).toBe('Changed on disk');
    expect(textOf((await ada.get(BENCH)).text)).toContain('The file tool.sbatch.hbs is in use.');
  });

  it('stand so that a broken file leaves the form of users as it was', async () => {
    await breakFile();
    const alice = await room.enter('alice');
    expect((await alice.get('/hub/start')).text).toContain('Word');
    const page = await ada.get(`${BENCH}?from=file`);
    expect(textOf(page.text)).toContain('The file tool.sbatch.hbs cannot be used as it is.');
    expect(page.text).toMatch(/<span id="source-10" class="is-bad">/);
    expect(page.text).not.toContain('Go back to the file');
  });

  it('a version can be looked at, put on the workbench, and put in use again', async () => {
    const first = inUse()?.version ?? '';
    await putServer(first);
    await send(makeTool('Chosen'), { _act: 'use' });
    const path = `${BENCH}/versions/${first}`;
    const page = textOf((await ada.get(path)).text);
    expect(page).toContain('the folder');
    expect(page).toContain(`alice/s${first}`);
    expect(page).toContain('title: Tool');
    expect((await ada.get(`${BENCH}?version=${first}`)).text).toMatch(/<textarea[^>]*>\n---\ntitle: Tool\n/);
    const answer = await ada.post(`${path}/use`, { _seen: seen(), _note: 'as before' });
    expect(answer.status).toBe(303);
    expect(inUse()).toMatchObject({ version: first, title: { en: 'Tool' } });
    expect((await ada.post(`${path}/use`, { _seen: '1' })).status).toBe(409);
    expect(textOf((await ada.get(path)).text)).toContain('This version is in use.');
  });

  it('a template whose file was deleted can be taken away, and be brought back', async () => {
    room.put('other.sbatch.hbs', makeTool('Other'));
    await vi.waitFor(() => expect(room.desk.templates.all().has('other')).toBe(true), SOON);
    await send(makeTool('Chosen'), { _act: 'use' });
    const chosen = inUse()?.version ?? '';
    rmSync(join(room.folder, 'tool.sbatch.hbs'));
    await vi.waitFor(() => expect(room.desk.find('tool').file).toBeUndefined(), SOON);
    expect(textOf((await ada.get(BENCH)).text)).toContain('Offer it no more');
    await ada.post(`${BENCH}/back`, { _seen: seen() });
    expect(inUse()).toBeUndefined();
    expect(textOf((await ada.get('/hub/admin/templates')).text)).toContain('Not offered');
    expect(textOf((await ada.get(BENCH)).text)).toContain('nobody can start this');
    await ada.post(`${BENCH}/versions/${chosen}/use`, { _seen: seen() });
    expect(inUse()?.title.en).toBe('Chosen');
  });
});
