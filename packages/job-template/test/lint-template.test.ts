import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lintTemplate } from '../src/index.js';
import { LINES_BEFORE, makeTemplate } from './sample-template.js';

const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(!hasShellcheck)('shellcheck', () => {
  test('is told at its place in the template, once for all samples', async () => {
    const problems = await lintTemplate(makeTemplate('#!/bin/bash\nname={{user.name}}\necho "$nmae"\necho "$name"\n'));
    expect(problems?.map(({ line }) => line)).toEqual([LINES_BEFORE + 3]);
    expect(problems?.[0]?.message).toMatch(/nmae.*\(shellcheck SC2154\)$/);
  });

  test('is told at its place in a part', async () => {
    const problems = await lintTemplate(makeTemplate('{{> tool}}\n', { tool: 'true\ncd /somewhere\n' }));
    expect(problems).toEqual([expect.objectContaining({ code: 'shell', file: 'parts/tool.sh', line: 2 })]);
  });

  test('does not mind what templates are for, nor what the template switches off', async () => {
    const constant = 'if [ {{choices.partition}} = gpus ]; then echo yes; fi\n';
    const meant = '# shellcheck disable=SC2164\ncd /somewhere\n';
    expect(await lintTemplate(makeTemplate(constant + meant))).toEqual([]);
  });
});

test('without shellcheck nothing is known, which is not the same as no problem', async () => {
  vi.stubEnv('PATH', '/nowhere');
  expect(await lintTemplate(makeTemplate('cd /somewhere\n'))).toBeUndefined();
});
