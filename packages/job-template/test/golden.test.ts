import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type ChoiceLimits,
  checkChoices,
  checkTemplate,
  type JobTemplate,
  loadTemplates,
  renderScript,
} from '../src/index.js';
import { loadWithoutParts } from './every-field.js';

// Each file, named TEMPLATE--FORM.txt: the form as `field=value` lines, a line of ten hyphens, then the script, or what the form is told. The
// parts are left out: shellcheck and the tests that run them look at those. JUHUB_UPDATE_GOLDEN=1 writes them anew.
const folder = fileURLToPath(new URL('./golden/', import.meta.url));
const templates = fileURLToPath(new URL('../../../slurm-templates/', import.meta.url));
const HYPHENS = '----------\n';

const limits: ChoiceLimits = {
  partitions: [
    { name: 'batch', minNodes: 1, maxNodes: 2, gpusPerNode: 0, maxMinutes: 1440 },
    { name: 'gpus', minNodes: 1, maxNodes: 1, gpusPerNode: 4, gpuType: 'a100', maxMinutes: 720 },
    { name: 'login-node', kind: 'login', minNodes: 1, maxNodes: 1, gpusPerNode: 0 },
  ],
  accounts: ['climate', 'materials'],
  qos: [{ name: 'normal' }, { name: 'short', maxMinutes: 30 }],
};

describe('the templates that juhub comes with', () => {
  test.each(['', 'more'])('have no mistakes, those in ./%s', async (folder) => {
    const { problems, templates: loaded } = loadTemplates(join(templates, folder));
    expect(problems).toEqual([]);
    expect(loaded.size).toBeGreaterThan(0);
    for (const template of loaded.values()) {
      expect(await checkTemplate(template)).toEqual([]);
    }
  });

  test.each(readdirSync(folder))('make of the form in %s what stands there', (name) => {
    const file = join(folder, name);
    const [form = ''] = readFileSync(file, 'utf8').split(HYPHENS);
    const template = loadWithoutParts(name.split('--')[0]?.replace('more-', 'more/') ?? '');
    const text = `${form}${HYPHENS}${render(template, readForm(form))}`;
    if (process.env.JUHUB_UPDATE_GOLDEN === '1') {
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});

function readForm(form: string): Record<string, string> {
  const lines = form.split('\n').filter((line) => line !== '');
  return Object.fromEntries(lines.map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]));
}

function render(template: JobTemplate, form: Record<string, string>): string {
  const checked = checkChoices(template, form, limits);
  if (!checked.ok) {
    return checked.problems.map(({ field, message }) => `${field}: ${message}\n`).join('');
  }
  const id = '0123456789abcdef';
  const scheduled = checked.choices.partition !== 'login-node';
  return renderScript(template, {
    server: { id, name: 'default', basePath: '/user/alice/default/', dir: `.juhub/servers/${id}` },
    job: { name: `juhub-${id}`, scheduled },
    user: { name: 'alice' },
    site: { name: 'golden' },
    listen: scheduled ? { bind: '0.0.0.0' } : { bind: '127.0.0.1', host: '127.0.0.1' },
    choices: checked.choices,
  });
}
