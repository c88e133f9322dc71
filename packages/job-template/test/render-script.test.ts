// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of the shell
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type JobTemplate, renderScript, TemplateError } from '../src/index.js';
import { assertProperty } from './assert-property.js';
import { runScripts } from './run-bash.js';
import { LINES_BEFORE, makeContext, makeTemplate } from './sample-template.js';

/** Any text that a form can hold: everything but control characters and halves of surrogate pairs. */
const typed = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '(', ')', '`', ';', '#', '!', '&', '|', '<', '{', '}', 'a', ' '),
    }),
  )
  .filter((text) => text.isWellFormed() && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text));

describe('a value in the script', () => {
  test('is, for bash, exactly the text that went in, wherever the template may put it', () => {
    const template = makeTemplate(
      [
        'printf "%s\\0" {{user.name}} a{{user.name}}b "x"{{choices.remark}}\'y\' # {{choices.remark}} "',
        'words=(1 {{choices.remark}} 2); printf "%s\\0" "${words[@]}" "$(printf %s {{user.name}}.)"',
        'variable={{choices.remark}}',
        ': <<"END"',
        "it's",
        'END',
        'printf "%s\\0" "$variable"',
        '',
      ].join('\n'),
    );
    const values = fc.array(fc.record({ name: typed, remark: typed }), { minLength: 30, maxLength: 30 });
    assertProperty(
      fc.property(values, (cases) => {
        const scripts = cases.map(({ name, remark }) =>
          renderScript(template, makeContext({ userName: name, choices: { remark } })),
        );
        const expected = cases.map(({ name, remark }) =>
          [name, `a${name}b`, `x${remark}y`, '1', remark, '2', `${name}.`, remark].map((word) => `${word}\0`).join(''),
        );
        expect(runScripts(scripts).map(({ stdout }) => stdout)).toEqual(expected);
        expect(scripts.filter((script) => script.split('\n').length !== 8)).toEqual([]);
      }),
      3,
    );
  });

  test.each(['\n', '\r', '\0', '\x1b', '\x7f', '\x85', '\u2028', '\u2029', '\t', '\ud800'])(
    'with the control character %j is refused, and the error names the value and its place',
    (character) => {
      const template = makeTemplate('true\necho {{choices.remark}}\n');
      const render = () => renderScript(template, makeContext({ choices: { remark: `a${character}b` } }));
      expect(render).toThrow(TemplateError);
      expect(render).toThrow(`sample.sbatch.hbs:${LINES_BEFORE + 2}:6: The value of choices.remark holds`);
    },
  );

  test('in an #SBATCH line is refused unless it has plain characters only', () => {
    const template = makeTemplate('#SBATCH --account={{sbatch choices.account}}\n');
    const render = (account: string) => renderScript(template, makeContext({ choices: { account } }));
    expect(render('a.b_c-1,2:3=/@%+')).toBe('#SBATCH --account=a.b_c-1,2:3=/@%+\n');
    for (const text of ['', 'a b', 'a;b', 'a"b', "a'b", 'a\\b', 'a#b', 'a$b', 'ä', 'a\nb']) {
      expect(() => render(text)).toThrow(/choices\.account/);
    }
  });

  test('that is needed and was not given is an error with its place', () => {
    expect(() => renderScript(makeTemplate('echo {{choices.remark}}\n'), makeContext())).toThrow(
      expect.objectContaining({ code: 'missing-value', line: LINES_BEFORE + 1, column: 6 }),
    );
  });

  test('of another type than its field is refused: a text must not come bare as a number does', () => {
    const choices = { nodes: '1; id' } as never;
    expect(() => renderScript(makeTemplate('echo "{{choices.nodes}}"\n'), makeContext({ choices }))).toThrow(
      'a number',
    );
    const notWhole = { nodes: Number.NaN };
    expect(() => renderScript(makeTemplate('echo {{choices.nodes}}\n'), makeContext({ choices: notWhole }))).toThrow();
  });

  test('is never read from a prototype', () => {
    const context = makeContext();
    Object.setPrototypeOf(context.choices, { remark: 'inherited' });
    expect(() => renderScript(makeTemplate('echo {{choices.remark}}\n'), context)).toThrow('was not given');
  });
});

describe('conditions', () => {
  const template = makeTemplate(
    [
      '{{#if choices.fast}}',
      'fast',
      '{{else if (eq choices.flavour "spicy")}}',
      'spicy',
      '{{else}}',
      'plain',
      '{{/if}}',
      '{{#unless choices.remark}}',
      'silent',
      '{{/unless}}',
      '',
    ].join('\n'),
  );

  test.each([
    [{ fast: true }, 'fast\nsilent\n'],
    [{ flavour: 'spicy' }, 'spicy\nsilent\n'],
    [{ flavour: 'plain', remark: 'so' }, 'plain\n'],
    [{}, 'plain\nsilent\n'],
  ])('with %j the script is %j', (choices, script) => {
    expect(renderScript(template, makeContext({ choices }))).toBe(script);
  });
});

test('a part goes in as it is: its braces, backslashes and indentation are the shell’s', () => {
  const text = 'f() {\n  echo "{{a,b}}" \\{{x}} <<-E\n\t{{{x}}}\n\tE\n}\n';
  const template = makeTemplate('  {{> tool}}\nf\n', { tool: text });
  expect(renderScript(template, makeContext())).toBe(`${text}f\n`);
});

describe('a template with arbitrary shell text around its value', () => {
  const folder = mkdtempSync(join(tmpdir(), 'juhub-places-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const tokens = [
    ...["'", '"', '\\', '$(', ')', '(', '`', '${v:-', '}', '$((', '))', '#', ' ', '\n', 'a', '=', '$', "$'", '$"'],
    ...['<<E\n', "<<'E'\n", '\nE\n', '<<<', '<(', ';', 'case a in a) ', 'esac', '&', '\\\n', '$#', '[[', ']]', 'v=('],
    ...['b[', '[', ']', '$[', 'E', '<<"E"', '<', '>'],
  ];
  const shell = (maxLength: number) =>
    fc.array(fc.constantFrom(...tokens), { maxLength }).map((parts) => parts.join(''));
  const around = fc.constantFrom(
    ...[
      ['', ''],
      [' ', ' '],
      ['"', '"'],
      ["'", "'"],
      ["$'", "'"],
      ['$(', ')'],
      ['`', '`'],
      ['${v:-', '}'],
      ['$((', '))'],
    ],
    ...[
      ['<<E\n', '\nE\n'],
      ["<<'E'\n", '\nE\n'],
      ['b[', ']=1'],
      ['v=(', ')'],
      ['[[ a', ' ]]'],
      ['# ', '\n'],
      ['\\', ''],
    ],
  );
  const nested = fc
    .tuple(shell(2), fc.array(around, { minLength: 1, maxLength: 3 }), shell(2))
    .map(([before, pairs, after]) => [
      before + pairs.map(([start = '']) => start).join(''),
      pairs
        .map(([, end = '']) => end)
        .reverse()
        .join('') + after,
    ]);
  const place = fc.oneof(nested, fc.tuple(shell(8), shell(6)));
  const attack = fc.constantFrom(
    '$(:>M)',
    '`:>M`',
    "';:>M;'",
    '";:>M;"',
    ';:>M;',
    'a[$(:>M)]',
    '))$(:>M)((',
    '\')":>M;#',
  );
  const cases = fc.array(fc.tuple(place, attack), { minLength: 150, maxLength: 150 });

  test('is refused, or bash runs nothing of what the value says', () => {
    let run = 0;
    assertProperty(
      fc.property(cases, (given) => {
        const scripts = given.flatMap(([[before = '', after = ''], value], index) => {
          const template = tryTemplate(`${before}{{user.name}}${after}`);
          // Each attack makes a mark of its own, so that the script is known which let it through.
          const userName = value.replace('M', `M${index}`);
          return template === undefined ? [] : [{ index, text: renderScript(template, makeContext({ userName })) }];
        });
        // Most such scripts are nonsense and fail; they find no program.
        const withoutPrograms = scripts.map(({ text }) => `PATH=/nonexistent\n${text}`);
        runScripts(withoutPrograms, { cwd: folder });
        run += scripts.length;
        const fallen = scripts.filter(({ index }) => existsSync(join(folder, `M${index}`)));
        for (const name of readdirSync(folder)) {
          rmSync(join(folder, name));
        }
        expect(fallen).toEqual([]);
      }),
      4,
    );
    // Were all refused, nothing would have been shown.
    expect(run).toBeGreaterThan(20);
  });
});

function tryTemplate(body: string): JobTemplate | undefined {
  try {
    return makeTemplate(body);
  } catch (error) {
    if (error instanceof TemplateError) {
      return undefined;
    }
    throw error;
  }
}
