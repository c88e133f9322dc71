import { SlurmError } from '@juhub/slurm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TestBrowser } from '../web/start-test-hub.js';
import { JUPYTERLAB, makeTool } from './examples.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;
let alice: TestBrowser;

beforeEach(async () => {
  room = await startPageHub();
  alice = await room.enter();
});

afterEach(() => room.close());

const GOOD = {
  site: 'cluster',
  template: 'jupyterlab',
  name: 'mine',
  partition: 'gpus',
  account: 'zam',
  nodes: '1',
  gpus: '2',
  'minutes-hours': '0',
  'minutes-minutes': '30',
  debug: 'false',
};

async function send(different: Record<string, string> = {}): Promise<Awaited<ReturnType<TestBrowser['post']>>> {
  await alice.get('/hub/start');
  return alice.post('/hub/start', { ...GOOD, ...different });
}

/** The attributes of the input or list with an id. */
function findInput(text: string, id: string): string {
  return new RegExp(`<(?:input|select)[^>]*\\bid="${id}"[^>]*>`).exec(text)?.[0] ?? '';
}

describe('The form', () => {
  it('offers what the cluster has, with its limits in words beside each choice', async () => {
    const { status, text } = await alice.get('/hub/start');
    expect(status).toBe(200);
    for (const part of ['4 × a100', '1 GPU free', '1 of 2 nodes idle', '188 GiB', '24 h', 'Login node']) {
      expect(text).toContain(part);
    }
    expect(findInput(text, 'node-type-batch')).toContain('checked');
    expect(findInput(text, 'node-type-old')).toContain('disabled');
    expect(text).toMatch(/<option value="zam"[^>]*>zam<\/option><option value="hai">hai<\/option>/);
  });

  it('opens filled in from a link', async () => {
    const { text } = await alice.get('/hub/start?partition=gpus&gpus=3&minutes=90&account=hai&name=again');
    expect(findInput(text, 'node-type-gpus')).toContain('checked');
    expect(findInput(text, 'field-gpus')).toContain('value="3"');
    expect(findInput(text, 'field-minutes-hours')).toContain('value="1"');
    expect(findInput(text, 'field-minutes-minutes')).toContain('value="30"');
    expect(text).toContain('<option value="hai" selected>');
    expect(findInput(text, 'server-name')).toContain('value="again"');
  });

  it('starts a server, remembers the choices, and goes on to its progress, which opens it', async () => {
    const answer = await send();
    expect([answer.status, answer.headers.location]).toEqual([303, '/hub/servers/mine?open=1']);
    const row = await room.records.find('alice', 'mine');
    expect(row).toMatchObject({ account: 'alice1', choices: { partition: 'gpus', gpus: 2, minutes: 30 } });
    const next = await alice.get('/hub/start');
    expect(findInput(next.text, 'node-type-gpus')).toContain('checked');
    expect(findInput(next.text, 'field-gpus')).toContain('value="2"');
  });

  it('asks for no project and no GPUs on the login node, whatever a browser sends', async () => {
    const answer = await send({ partition: 'login-node', account: 'not-mine', gpus: '7', nodes: '9' });
    expect(answer.status).toBe(303);
    const row = await room.records.find('alice', 'mine');
    expect(row).toMatchObject({ scheduler: 'process', choices: { partition: 'login-node', gpus: 0, nodes: 1 } });
  });

  it('starts nothing without the token of the page', async () => {
    const answer = await send({ _xsrf: '' });
    expect(answer.status).toBe(403);
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('starts nothing for a page of another site', async () => {
    await alice.get('/hub/start');
    const answer = await alice.post('/hub/start', GOOD, {
      'sec-fetch-site': 'cross-site',
      origin: 'https://evil.example',
    });
    expect(answer.status).toBe(403);
    expect(await room.records.listByUser('alice')).toEqual([]);
  });
});

describe('The expected start', () => {
  it('is told on a press of its button, without JavaScript, and keeps what was typed', async () => {
    const { status, text } = await send({ _check: '1', 'minutes-minutes': '45', name: 'keep-me' });
    expect(status).toBe(200);
    expect(text).toContain('<strong>Now</strong>');
    expect(findInput(text, 'field-minutes-minutes')).toContain('value="45"');
    expect(findInput(text, 'server-name')).toContain('value="keep-me"');
    expect(findInput(text, 'node-type-gpus')).toContain('checked');
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('is never for what is not allowed, and the field is marked', async () => {
    const { text } = await send({ _check: '1', gpus: '9' });
    expect(text).toContain('<strong>Never like this</strong>');
    expect(findInput(text, 'field-gpus')).toContain('aria-invalid="true"');
    expect(room.cluster.tried).toEqual([]);
  });

  it('is a part of the page for its script, which has to wait while another question is open', async () => {
    await alice.get('/hub/start');
    const release = room.cluster.holdTrials();
    const first = alice.post('/hub/start/expected', GOOD);
    await vi.waitFor(() => expect(room.cluster.tried).toHaveLength(1));
    const second = await alice.post('/hub/start/expected', { ...GOOD, gpus: '1' });
    expect([second.status, second.headers['retry-after']]).toEqual([429, '2']);
    release();
    const { status, text } = await first;
    expect(status).toBe(200);
    expect(text).toContain('<strong>Now</strong>');
    expect(text).not.toContain('<html');
    expect(text).not.toContain('_xsrf');
  });

  it('is told to nobody who is not signed in, and to no other page', async () => {
    await alice.get('/hub/start');
    expect((await alice.post('/hub/start/expected', { ...GOOD, _xsrf: '' })).status).toBe(403);
    expect((await room.hub.ask('/hub/start/expected', { method: 'POST' })).status).not.toBe(200);
    expect(room.cluster.tried).toEqual([]);
  });

  it('keeps Slurm’s words as text', async () => {
    const stderr = 'allocation failure: <b>Bad</b> & sad\n';
    room.cluster.refusal = new SlurmError('refused', 'Slurm refused.', { stderr });
    const { text } = await send({ _check: '1' });
    expect(text).toContain('Slurm does not take it.');
    expect(text).toContain('&lt;b&gt;Bad&lt;/b&gt; &amp; sad');
  });
});

describe('In German', () => {
  it('the form and its problems are German', async () => {
    await alice.get('/hub/start');
    await alice.post('/hub/language', { language: 'de', next: '/hub/start' });
    const { text } = await send({ gpus: '9', name: 'A B' });
    for (const part of [
      'Server starten',
      'Es wurde noch nichts gestartet',
      'Knotentyp',
      'Jetzt frei',
      'Kleinbuchstaben',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('Die Partition gpus hat 4 GPUs (a100) je Knoten; verlangt waren 9.');
    expect(text).not.toMatch(/Nothing was started|Choose from|you asked for/);
  });
});

describe('What is not allowed', () => {
  it.each([
    ['gpus', { gpus: '9' }, 'field-gpus', /4 GPUs/],
    ['gpus', { gpus: '1; rm -rf /' }, 'field-gpus', /whole number/],
    ['minutes', { 'minutes-hours': '3' }, 'field-minutes-hours', /120 minutes/],
    ['minutes', { 'minutes-hours': 'a', 'minutes-minutes': 'b' }, 'field-minutes-hours', /whole number/],
    ['account', { account: 'theirs' }, 'field-account', /zam, hai/],
    ['account', { account: 'zam\n#SBATCH --nodelist=x' }, 'field-account', /line break/],
    ['partition', { partition: 'old' }, 'node-type-batch', /batch, gpus, login-node/],
    ['name', { name: 'a;$(reboot)' }, 'server-name', /lower-case letters/],
    ['name', { name: 'two\nlines' }, 'server-name', /lower-case letters/],
  ])('of the field %s is refused at the field, %j', async (_, wrong, anchor, words) => {
    const { status, text } = await send(wrong);
    expect(status).toBe(422);
    const [summary = ''] = /<div class="error-summary"[\s\S]*?<\/div>/.exec(text) ?? [];
    expect(summary).toContain('role="alert"');
    expect(summary).toContain('autofocus');
    expect(summary).toContain(`href="#${anchor}"`);
    expect(summary.replaceAll('&#x27;', "'")).toMatch(words);
    expect(text).toContain(`id="${anchor}"`);
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('is marked at the field and told to those who cannot see it, with what was typed kept', async () => {
    const { text } = await send({ gpus: '<9>', name: 'keep-me' });
    expect(findInput(text, 'field-gpus')).toContain('value="&lt;9&gt;"');
    expect(findInput(text, 'field-gpus')).toContain('aria-invalid="true"');
    expect(findInput(text, 'field-gpus')).toContain('aria-describedby="field-gpus-problem field-gpus-hint"');
    expect(text).toContain('id="field-gpus-problem"');
    expect(findInput(text, 'server-name')).toContain('value="keep-me"');
    expect(findInput(text, 'node-type-gpus')).toContain('checked');
  });

  it('includes a second server of a name that is in use', async () => {
    await room.putServer({ name: 'mine' });
    const { status, text } = await send();
    expect(status).toBe(422);
    expect(text).toContain('You already have a server called mine');
    expect(findInput(text, 'server-name')).toContain('aria-invalid="true"');
  });

  it('includes a server more than one may have, and says how many that is, in both languages', async () => {
    for (let number = 0; number < 10; number += 1) {
      await room.putServer({ name: `s${number}`, state: number === 0 ? 'requested' : 'ready' });
    }
    const { status, text } = await send();
    expect(status).toBe(422);
    expect(text).toContain('You have 10 servers, and nobody may have more at once. Stop one first.');
    alice.cookies.set('juhub-language', 'de');
    expect((await send()).text).toContain('Es gibt schon 10 eigene Server, und mehr darf niemand zugleich haben.');
    expect(await room.records.find('alice', 'mine')).toBeUndefined();
  });

  it('includes, before anything is sent, that one has as many servers as one may have, and the way to them', async () => {
    for (let number = 0; number < 9; number += 1) {
      await room.putServer({ name: `s${number}` });
    }
    await room.putServer({ name: 'over', state: 'ended' });
    expect((await alice.get('/hub/start')).text).not.toMatch(/nobody may have more|data-start-button disabled/);
    await room.putServer({ name: 'last', state: 'queued' });
    const { text } = await alice.get('/hub/start');
    expect(text).toContain(
      'You have 10 servers, and nobody may have more at once. Stop one first. <a href="/hub/home">',
    );
    expect(text).toMatch(/data-start-button disabled aria-describedby="no-start"/);
    const german = await alice.get('/hub/start', { 'accept-language': 'de' });
    expect(german.text).toContain('Es gibt schon 10 eigene Server, und mehr darf niemand zugleich haben.');
    expect((await (await room.enter('bob')).get('/hub/start')).text).not.toContain('nobody may have more');
  });

  it('includes what cannot stand in a job script, with its reason and without the path of a file', async () => {
    const { status, text } = await send({ comment: 'a b; echo $(id)' });
    expect(status).toBe(422);
    expect(text).toContain('The job script could not be made of this');
    expect(text).not.toContain('.sbatch.hbs');
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('includes a site and a template that are not there', async () => {
    expect((await send({ site: 'moon' })).text).toContain('There is no site called “moon”.');
    expect((await send({ template: '<b>' })).text).toContain('There is no template called “&lt;b&gt;”.');
  });
});

describe('A site that cannot be asked', () => {
  it('says so in the form, with the reason, and nothing can be started there', async () => {
    room.cluster.goAway();
    const { status, text } = await alice.get('/hub/start');
    expect(status).toBe(200);
    expect(text).toContain('The site cannot be asked now.');
    expect(text).toContain('login1 does not answer');
    const answer = await send();
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('so nothing was started');
    expect(findInput(answer.text, 'field-gpus')).toContain('value="2"');
    expect(await room.records.listByUser('alice')).toEqual([]);
  });

  it('costs one question however many forms are open', async () => {
    await Promise.all(Array.from({ length: 20 }, () => alice.get('/hub/start')));
    expect(room.cluster.questions).toBe(1);
  });
});

describe('Several sites', () => {
  it('are links that keep nothing of the other site, and each has its own templates', async () => {
    await room.close();
    room = await startPageHub({ sites: 2 });
    alice = await room.enter();
    const { text } = await alice.get('/hub/start?site=other');
    expect(text).toMatch(/href="\/hub\/start\?site&#x3D;other" aria-current="true"/);
    expect(text).toContain('<input type="hidden" name="site" value="other">');
  });
});

describe('Several templates', () => {
  const TEMPLATES = { 'jupyterlab.sbatch.hbs': JUPYTERLAB.source, 'tool.sbatch.hbs': makeTool('Tool') };

  /** Which of the cards is the one that the form is of. */
  const findCurrent = async (path: string) =>
    /aria-current="true"[^>]*data-keeps-choices>([^<]*)</.exec((await alice.get(path)).text)?.[1];

  it('are links, and the form opens with the one that was started last, as it was filled in then', async () => {
    await room.close();
    room = await startPageHub({ templates: TEMPLATES });
    alice = await room.enter();
    expect(await findCurrent('/hub/start')).toBe('JupyterLab');
    expect(await findCurrent('/hub/start?site=cluster&template=tool')).toBe('Tool');
    expect((await send({ template: 'tool', word: 'kept' })).status).toBe(303);
    expect(await findCurrent('/hub/start')).toBe('Tool');
    expect(findInput((await alice.get('/hub/start')).text, 'field-word')).toContain('value="kept"');
    expect(await findCurrent('/hub/start?template=jupyterlab')).toBe('JupyterLab');
  });
});
