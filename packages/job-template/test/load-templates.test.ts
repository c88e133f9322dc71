import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkTemplate, loadTemplate, loadTemplates } from '../src/index.js';
import { makeTemplate } from './sample-template.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'juhub-templates-'));
  mkdirSync(join(dir, 'parts'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a folder gives its templates by name and leaves other files alone', () => {
  writeFileSync(join(dir, 'b.sbatch.hbs'), '---\ntitle: B\n---\n{{> tool}}\n');
  writeFileSync(join(dir, 'a.sbatch.hbs'), '---\ntitle: A\n---\n');
  writeFileSync(join(dir, 'README.md'), 'not a template');
  writeFileSync(join(dir, '.a.sbatch.hbs'), 'an editor’s copy');
  writeFileSync(join(dir, 'parts', 'tool.sh'), 'true\n');
  const { templates, problems } = loadTemplates(dir);
  expect([...templates.keys()]).toEqual(['a', 'b']);
  expect(problems).toEqual([]);
});

test('a broken template is a problem with its place, and the others are there', () => {
  writeFileSync(join(dir, 'good.sbatch.hbs'), '---\ntitle: Good\n---\n');
  writeFileSync(join(dir, 'bad.sbatch.hbs'), '---\ntitle: Bad\n---\necho "{{user.name}}"\n');
  const { templates, files, isListed, problems } = loadTemplates(dir);
  expect([...templates.keys()]).toEqual(['good']);
  expect([...files.keys()]).toEqual(['bad', 'good']);
  expect(files.get('bad')).toMatchObject({
    source: expect.stringContaining('title: Bad'),
    template: undefined,
    problems,
  });
  expect(isListed).toBe(true);
  expect(problems).toEqual([
    expect.objectContaining({ code: 'unsafe-place', file: join(dir, 'bad.sbatch.hbs'), line: 4, column: 7 }),
  ]);
});

test('a file that cannot be read is a problem, and so is a folder that is not there', () => {
  symlinkSync(join(dir, 'nowhere'), join(dir, 'gone.sbatch.hbs'));
  expect(loadTemplates(dir).problems).toEqual([
    expect.objectContaining({ code: 'unreadable', file: join(dir, 'gone.sbatch.hbs') }),
  ]);
  expect(loadTemplates(join(dir, 'none'))).toMatchObject({ isListed: false, problems: [expect.anything()] });
});

test('one file is read with the parts beside it, and none of its neighbours', () => {
  writeFileSync(join(dir, 'good.sbatch.hbs'), '---\ntitle: Good\n---\n{{> tool}}\n');
  writeFileSync(join(dir, 'bad.sbatch.hbs'), 'nothing');
  writeFileSync(join(dir, 'parts', 'tool.sh'), 'true\n');
  const { templates, problems } = loadTemplate(join(dir, 'good.sbatch.hbs'));
  expect([...templates.keys()]).toEqual(['good']);
  expect(problems).toEqual([]);
  expect([...loadTemplate(join(dir, 'bad.sbatch.hbs')).files.keys()]).toEqual(['bad']);
});

test('a folder without parts is fine', () => {
  rmSync(join(dir, 'parts'), { recursive: true });
  writeFileSync(join(dir, 'a.sbatch.hbs'), '---\ntitle: A\n---\n');
  expect(loadTemplates(dir).problems).toEqual([]);
});

const USE_ALL = '# {{choices.partition}} {{choices.nodes}} {{choices.fast}}\n';
const USE_OPTIONAL =
  '# {{#if choices.flavour}}{{choices.flavour}}{{/if}}{{#if choices.remark}}{{choices.remark}}{{/if}}\n';
const USE_ACCOUNT = '# {{#if job.scheduled}}{{choices.account}}{{/if}}\n';

test('a field that the script never uses is told at its line', async () => {
  const problems = await checkTemplate(makeTemplate(`${USE_ALL}${USE_ACCOUNT}`));
  expect(problems.map(({ code, line }) => ({ code, line }))).toEqual([
    { code: 'unused-field', line: 8 },
    { code: 'unused-field', line: 9 },
  ]);
});

test('a value that may be left empty and is used without a condition is told', async () => {
  const problems = await checkTemplate(
    makeTemplate(`${USE_ALL}${USE_ACCOUNT}${USE_OPTIONAL}echo {{choices.remark}}\n`),
  );
  expect(problems).toEqual([expect.objectContaining({ code: 'missing-value', column: 6 })]);
});

test('what bash does not understand is told at its place in the template, or in the part', async () => {
  const good = `${USE_ALL}${USE_ACCOUNT}${USE_OPTIONAL}`;
  const [inBody] = await checkTemplate(makeTemplate(`${good}{{> tool}}\nif true; fi\n`, { tool: 'true\ntrue\n' }));
  expect(inBody).toMatchObject({ code: 'shell', file: 'templates/sample.sbatch.hbs', line: 9 + 1 + 5 });
  const [inPart] = await checkTemplate(makeTemplate(`${good}{{> tool}}\n`, { tool: 'true\ntrue\nif true; fi\n' }));
  expect(inPart).toMatchObject({ code: 'shell', file: 'parts/tool.sh', line: 3 });
  expect(await checkTemplate(makeTemplate(good))).toEqual([]);
});
