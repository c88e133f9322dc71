import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeCommandHelp } from './command-help.js';
import { writeCauses, writeLifeDiagram } from './life-diagram.js';
import { writeSettingsTables } from './settings-table.js';
import { writeSmokeSteps } from './smoke-steps.js';

const docs = new URL('../../../../docs/', import.meta.url).pathname;
const reference = `${docs}reference/`;

/** The file with its made part made anew; what stands around the two marks is written by hand. */
function remake(file: string, made: string): string {
  const marks = /(<!-- made: begin[^>]*-->\n)[\s\S]*(\n<!-- made: end -->)/;
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(marks);
  return text.replace(marks, (_all, begin, end) => `${begin}\n${made}\n${end}`);
}

describe('the docs', () => {
  it('has every setting with its type, default and meaning', async () => {
    const file = `${reference}configuration.md`;
    await expect(remake(file, writeSettingsTables())).toMatchFileSnapshot(file);
  });

  it('has every command as its own help describes it', async () => {
    const file = `${reference}command-line.md`;
    await expect(remake(file, writeCommandHelp())).toMatchFileSnapshot(file);
  });

  it('draws every move that a server’s life allows, and no other', async () => {
    const file = `${docs}explanation/life-of-a-server.md`;
    await expect(remake(file, writeLifeDiagram())).toMatchFileSnapshot(file);
  });

  it('lists every cause of a move with the states that it leads from and to', async () => {
    const file = `${reference}states-and-reasons.md`;
    await expect(remake(file, writeCauses())).toMatchFileSnapshot(file);
  });

  it('has every step of a smoke test with its time limit', async () => {
    const file = `${docs}how-to/smoke-test-a-site.md`;
    await expect(remake(file, writeSmokeSteps())).toMatchFileSnapshot(file);
  });

  it('names every setting of a site and of its jump host', () => {
    const tables = writeSettingsTables();
    expect(tables).toContain('| `sites` | list | **required** |');
    expect(tables).toContain('| `pollSeconds` | number, 0.5 to 300 | `5` |');
    expect(tables).toContain('| `jump.host` | text | **required** |');
    expect(tables).toContain('| `loginNode.maxMinutes` | whole number, at least 1 |  |');
  });
});
