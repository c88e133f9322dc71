import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { WebClient } from '../harness/web-client.js';

const TEMPLATES = resolve(import.meta.dirname, '../../slurm-templates');
const me = userInfo().username;

describe('A template that an admin changes while the hub runs', () => {
  let folder: string;
  let file: string;
  let source: string;
  let juhub: RunningJuhub;
  let client: WebClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'juhub-templates-'));
    await cp(TEMPLATES, folder, { recursive: true });
    file = join(folder, 'jupyterlab.sbatch.hbs');
    source = await readFile(file, 'utf8');
    juhub = await startJuhub(undefined, { users: [me], moreLines: [`templates: ${folder}`] });
    client = new WebClient(juhub.url);
    await client.signIn(me, juhub.passwords[me] ?? '');
  });

  afterAll(async () => {
    await juhub?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const form = async () => (await client.open('/hub/start?site=here&template=jupyterlab')).text();
  const logged = (words: string) => vi.waitFor(() => expect(juhub.output()).toContain(words), { timeout: 10_000 });

  test('shows its new field in the form, keeps the form when the file breaks, and is mended again', async () => {
    expect(await form()).not.toContain('Colour of the lab');
    const coloured = source
      .replace('fields:\n', 'fields:\n  colour:\n    type: text\n    label: Colour of the lab\n    default: red\n')
      .replace('#!/bin/bash\n', '#!/bin/bash\ncolour={{choices.colour}}; export colour\n');
    await writeFile(join(folder, '.new'), coloured);
    await rename(join(folder, '.new'), file);
    await vi.waitFor(async () => expect(await form()).toContain('Colour of the lab'), { timeout: 10_000 });

    await writeFile(file, coloured.replace('label: Colour', 'labell: Colour'));
    await logged('fields.colour.labell: there is no such setting here');
    expect(await form()).toContain('Colour of the lab');

    await writeFile(file, source);
    await vi.waitFor(async () => expect(await form()).not.toContain('Colour of the lab'), { timeout: 10_000 });
  });
});
