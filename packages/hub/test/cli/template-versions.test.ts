import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runJuhub } from './run-juhub.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-cli-'));
  mkdirSync(join(folder, 't'));
  writeFileSync(join(folder, 'juhub.yaml'), 'templates: ./t\nsites: [{name: here, kind: local}]\n');
  put('One');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (title: string) => writeFileSync(join(folder, 't', 'tool.sbatch.hbs'), `---\ntitle: ${title}\n---\ntrue\n`);
const template = (...args: string[]) => runJuhub(['template', ...args], folder);
const versionsIn = (table: string) => [...table.matchAll(/^\d+ .*? ([0-9a-f]{12}) /gm)].map((match) => match[1]);

describe('juhub template versions, use and back', { timeout: 60_000 }, () => {
  it('list what was in use, put an old version in use again, and go back to the file', async () => {
    await template('versions', 'tool');
    put('Two');
    const [second, first = ''] = versionsIn((await template('versions', 'tool')).stdout);
    const used = await template('use', 'tool', first, '--note', 'the new one fails');
    expect(used.stdout).toBe(`tool is in version ${first} from now on, whatever the folder has.\n`);
    const { stdout } = await template('versions', 'tool');
    expect(versionsIn(stdout)).toEqual([first, second, first]);
    expect(stdout).toMatch(
      /^NUMBER +SINCE +VERSION .*\n3 .* chosen +command line +the new one fails\n2 .* file +disk\n/,
    );
    const back = await template('back', 'tool');
    expect(back).toMatchObject({ exitCode: 0, stdout: `tool follows its file: version ${second}.\n` });
  });

  it('say what there is not', async () => {
    expect((await template('versions', 'none')).stderr).toContain('There is no template called none.');
    expect((await template('use', 'tool', 'abc')).stderr).toContain('There is no version abc of tool.');
  });
});
