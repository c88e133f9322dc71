import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runJuhub } from './run-juhub.js';

const OURS = new URL('../../../../slurm-templates', import.meta.url).pathname;

const FRONT = `---
title: Tool
fields:
  partition: { type: partition, label: Node type }
  minutes: { type: duration, label: Run time, default: 60, max: 100 }
  remark: { type: text, label: Remark, required: false }
---
`;
const BODY = `#!/bin/bash
#SBATCH --partition={{sbatch choices.partition}}
#SBATCH --time={{sbatch choices.minutes}}
{{#if choices.remark}}
echo {{choices.remark}}
{{/if}}
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-cli-'));
  mkdirSync(join(folder, 't', 'parts'), { recursive: true });
  writeFileSync(join(folder, 't', 'tool.sbatch.hbs'), FRONT + BODY);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const put = (name: string, text: string) => writeFileSync(join(folder, 't', name), text);
const template = (...args: string[]) => runJuhub(['template', ...args], folder);
const render = (...args: string[]) => template('render', 'tool', '-d', 't', '--user', 'alice', ...args);

describe('juhub template check', { timeout: 60_000 }, () => {
  it('is content with a good folder, and with the templates that come with juhub', async () => {
    expect(await template('check', 't')).toMatchObject({ exitCode: 0, stderr: '' });
    const end = await template('check', OURS);
    expect(end.stdout).toMatch(/^\d+ templates? checked: no problems\./);
    expect(end.exitCode).toBe(0);
  });

  it('tells every problem of every file with line and column, and ends with 1', async () => {
    put('a.sbatch.hbs', '---\ntitle: A\ncolour: red\n---\n');
    put('b.sbatch.hbs', `${FRONT}${BODY}echo "{{user.name}}"\necho {{choices.nonsense}}\n`);
    put('c.sbatch.hbs', `${FRONT}${BODY}{{> broken}}\n`);
    put('parts/broken.sh', 'true\nif true; fi\n');
    const end = await template('check', 't');
    const at = end.stdout.split('\n').map((line) => /^[^ ]*:\d+:\d+:/.exec(line)?.[0]);
    expect(at).toContain('t/a.sbatch.hbs:3:1:');
    expect(at).toContain('t/b.sbatch.hbs:15:8:');
    expect(at).toContain('t/parts/broken.sh:2:1:');
    expect(end.stdout).toMatch(/\n4 templates checked: \d problems\.[^\n]*\n$/);
    expect(end.exitCode).toBe(1);
  });

  it('tells a value between quotes at its place', async () => {
    put('tool.sbatch.hbs', `${FRONT}${BODY}echo "{{user.name}}"\n`);
    expect((await template('check', 't/tool.sbatch.hbs')).stdout).toMatch(
      /^t\/tool\.sbatch\.hbs:14:7: .*double quotes/,
    );
  });

  it('looks at one file alone when one is named', async () => {
    put('bad.sbatch.hbs', 'nothing');
    expect(await template('check', 't/tool.sbatch.hbs')).toMatchObject({ exitCode: 0 });
    expect(await template('check', 't/bad.sbatch.hbs')).toMatchObject({ exitCode: 1 });
  });

  it.each([['parts'], ['nowhere'], ['none.sbatch.hbs']])(
    'is not content with %s, where no template is',
    async (path) => {
      expect(await template('check', `t/${path}`)).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining(`t/${path}:1:1: `),
      });
    },
  );

  it('refuses a file that is no template', async () => {
    put('parts/tool.sh', 'true\n');
    expect((await template('check', 't/parts/tool.sh')).stderr).toMatch(/is no template\. Name a folder/);
  });

  it('takes the templates of the configuration when none are named', async () => {
    writeFileSync(join(folder, 'juhub.yaml'), 'templates: t\nsites: [{name: here, kind: local}]\n');
    expect((await template('check')).stdout).toMatch(/^1 template checked/);
  });

  it('says so where shellcheck is not installed', async () => {
    const bash = spawnSync('bash', ['-c', 'command -v bash'], { encoding: 'utf8' }).stdout.trim();
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'bash'), `#!${bash}\nexec ${bash} "$@"\n`, { mode: 0o755 });
    vi.stubEnv('PATH', join(folder, 'bin'));
    const end = await template('check', 't');
    const unasked = 'shellcheck is not installed here and was not asked.';
    expect(end.stdout).toBe(`1 template checked: no problems. ${unasked}\n`);
  });
});

describe('juhub template list', { timeout: 60_000 }, () => {
  it('lists the templates, and tells of the broken ones on standard error', async () => {
    put('bad.sbatch.hbs', 'nothing');
    const end = await template('list', '-d', 't');
    expect(end.stdout).toMatch(
      /^NAME {2}VERSION .*\ntool {2}[0-9a-f]{12} {2}Tool {3}all {4}partition, minutes, remark\n$/,
    );
    expect(end.stderr).toMatch(/^t\/bad\.sbatch\.hbs:1:1: /);
    expect(end.exitCode).toBe(1);
  });
});

describe('juhub template render', { timeout: 60_000 }, () => {
  it('prints the script, defaults filled in and every text quoted', async () => {
    const end = await render('--set', 'partition=gpus', '--set', "remark=a=b 'c'; rm -rf /");
    expect(end).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `#!/bin/bash\n#SBATCH --partition=gpus\n#SBATCH --time=60\necho 'a=b '\\''c'\\''; rm -rf /'\n`,
    });
  });

  it('tells what is wrong field by field, and prints no script', async () => {
    const end = await render('--set', 'minutes=101');
    expect(end.stdout).toBe('');
    expect(end.stderr.split('\n').slice(0, 3)).toEqual([
      'juhub: tool cannot be started with these choices.',
      expect.stringMatching(/^ {2}partition: Node type is missing/),
      '  minutes: Run time: at most 100 minutes are allowed; you asked for 101.',
    ]);
    expect(end.exitCode).toBe(1);
  });

  it.each([
    [['--set', 'partition'], 'Write field=value.'],
    [['--set', 'partition=a', 'partition=b'], 'partition is set twice.'],
    [['--set', 'partition=two words'], 'tool.sbatch.hbs:9:'],
    [['--set', 'partition=a\nb'], 'a line break'],
    [['--set', '__proto__=1'], 'has no field "__proto__"'],
  ])('refuses %j', async (args, message) => {
    const end = await render(...args);
    expect(end).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining(message) });
    expect(end.stderr).not.toContain('    at ');
  });

  it('refuses a user that cannot be, a site that has not the template, and a template that is not there', async () => {
    const root = await template('render', 'tool', '-d', 't', '--user', '../root', '--set', 'partition=a');
    expect(root.stderr).toBe(`juhub: "../root" can't be the name of a user.\n`);
    put('local.sbatch.hbs', (FRONT + BODY).replace('fields:', 'sites: [juwels]\nfields:'));
    const local = ['render', 'local', '-d', 't', '--user', 'alice', '--set', 'partition=a'];
    expect((await template(...local, '--site', 'here')).stderr).toContain(
      'local is not offered on here, only on: juwels.',
    );
    expect(await template(...local)).toMatchObject({ exitCode: 0 });
    const none = await template('render', 'none', '-d', 't', '--user', 'alice');
    expect(none.stderr).toBe('juhub: There is no template none in t. There is: local, tool.\n');
  });

  it('says what is wrong with the template itself', async () => {
    put('tool.sbatch.hbs', 'nothing');
    expect((await render()).stderr).toMatch(/^juhub: The template tool cannot be used\..*\nt\/tool\.sbatch\.hbs:1:1: /);
  });

  it('makes the script of a login node where that is chosen or there is no Slurm', async () => {
    const jupyterlab = ['render', 'jupyterlab', '-d', OURS, '--user', 'alice'];
    const login = await template(...jupyterlab, '--set', 'partition=login-node');
    const plain = await template(...jupyterlab, '--no-slurm', '--set', 'partition=gpus');
    for (const { stdout } of [login, plain]) {
      expect(stdout).toContain('JUHUB_SCHEDULED=0');
      expect(stdout).not.toContain('#SBATCH');
    }
  });
});

describe('juhub template try', { timeout: 60_000 }, () => {
  const tryTool = (...args: string[]) => template('try', 'tool', '--user', 'alice', ...args);
  const writeSites = (sites: string) => put('../juhub.yaml', `templates: t\nsites: [${sites}]\n`);
  const HERE = '{name: here, kind: local, scheduler: none}';
  const THERE = '{name: there, kind: local, scheduler: slurm}';

  it('asks which site, where there are several', async () => {
    writeSites(`${HERE}, ${THERE}`);
    expect((await tryTool()).stderr).toBe('juhub: Name a site with --site. There is: here, there.\n');
    const moon = await tryTool('--site', 'moon');
    expect(moon.stderr).toBe('juhub: There is no site called moon. There is: here, there.\n');
  });

  it('says that there is no connector to ask through', async () => {
    writeSites(THERE);
    const end = await tryTool('--set', 'partition=gpus');
    expect(end).toMatchObject({ exitCode: 1, stdout: '' });
    expect(end.stderr).toMatch(/^juhub: there cannot be asked\. .*connector/i);
  });

  it('says that a plain process is nothing to ask Slurm about', async () => {
    writeSites(HERE);
    expect((await tryTool('--set', 'partition=login-node')).stderr).toMatch(/there is no Slurm to ask\.\n$/);
  });
});

describe('juhub template schema', () => {
  it('is what slurm-templates/template.schema.json says', async () => {
    const { stdout } = await template('schema');
    expect(JSON.parse(readFileSync(join(OURS, 'template.schema.json'), 'utf8'))).toEqual(JSON.parse(stdout));
  });
});
