import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCommand, refusedOptions } from '../../src/command/options.js';

const file = new URL('../../../../docs/reference/juhub-proxy.md', import.meta.url).pathname;

test('The reference has every option with its default and meaning, and every one that is refused with the reason.', async () => {
  const marks = /(<!-- made: begin[^>]*-->\n)[\s\S]*(\n<!-- made: end -->)/;
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(marks);
  await expect(text.replace(marks, (_all, begin, end) => `${begin}\n${writeTables()}\n${end}`)).toMatchFileSnapshot(
    file,
  );
});

function writeTables(): string {
  const options = createCommand().options.filter(({ hidden }) => !hidden);
  const rows = options.map((option) => `| \`${option.flags}\` | ${writeDefault(option)} | ${option.description} |`);
  const refused = refusedOptions.map(({ flags, reason }) => `| \`${flags}\` | ${reason} |`);
  return [
    '| Option | Default | Meaning |\n|---|---|---|',
    ...rows,
    '\nRefused, with a message that says the same:\n\n| Option | Reason |\n|---|---|',
    ...refused,
  ].join('\n');
}

function writeDefault({ defaultValue, negate }: { defaultValue?: unknown; negate: boolean }): string {
  const isSaid = !negate && (typeof defaultValue === 'string' || typeof defaultValue === 'number');
  return isSaid ? `\`${defaultValue}\`` : '';
}
