// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of the shell
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkChoices, type JobTemplate, type RenderContext, TemplateError } from '../src/index.js';
import { readValue } from '../src/render-context.js';
import {
  anyChoices,
  anyText,
  cleanText,
  type Given,
  isClean,
  isPlain,
  limitsFor,
  listBadFields,
} from './any-choices.js';
import { assertProperty } from './assert-property.js';
import { EVERY_FIELD, loadShipped } from './every-field.js';
import { type MarkedScript, makeFullContext, markScript } from './marked-script.js';
import { readDirectives } from './read-directives.js';
import { runScripts } from './run-bash.js';

const TEMPLATES = [EVERY_FIELD, ...loadShipped()].map((template) => [template.name, template] as const);

describe.each(TEMPLATES)('whatever is typed into the fields of the template %s', (_, template) => {
  const name = fc.oneof({ weight: 20, arbitrary: cleanText }, { weight: 1, arbitrary: anyText });
  const names = fc.record({ user: name, server: name, site: name, path: name, host: name });
  const forms = fc.array(fc.tuple(anyChoices(template), names), { minLength: 60, maxLength: 60 });

  test('is refused with its reason, or arrives exactly and adds neither an option of sbatch nor a command', () => {
    let arrived = 0;
    assertProperty(
      fc.property(forms, (given) => {
        const scripts = given.flatMap(([form, called]) => {
          const choices = acceptChoices(template, form);
          return (choices && acceptScript(template, makeFullContext(called, choices))) ?? [];
        });
        arrived += scripts.length;
        for (const { script, marked, fill } of scripts) {
          expect(readDirectives(script)).toEqual(readDirectives(marked).map((option) => fill(option)));
          expect(script.split('\n')).toHaveLength(marked.split('\n').length);
        }
        expectSameForBash(template, scripts);
      }),
      3,
    );
    expect(arrived).toBeGreaterThan(15);
  });
});

/** @returns undefined where something was refused: rightly, and with words that a person can act on */
function acceptChoices(template: JobTemplate, form: Given): RenderContext['choices'] | undefined {
  const checked = checkChoices(template, form.raw, limitsFor(form));
  const problems = checked.ok ? [] : checked.problems;
  const refused = problems.map(({ field }) => field);
  const { bad, unsure } = listBadFields(template, form);
  expect(refused.filter((field) => !unsure.includes(field)).sort()).toEqual(bad.sort());
  for (const { message } of problems) {
    expect(message).toMatch(/^\P{Cc}*\p{L}{3}\P{Cc}*[.)]$/u);
  }
  if (!checked.ok) {
    return undefined;
  }
  for (const [name, value] of Object.entries(checked.choices)) {
    const given = form.raw[name];
    const isBoolean = typeof value === 'boolean';
    expect(given === '' || (isBoolean ? value === /^(true|on)$/.test(given ?? '') : String(value) === given)).toBe(
      true,
    );
  }
  return checked.choices;
}

/** @returns undefined where the script was refused, because of a value that has no place in it */
function acceptScript(template: JobTemplate, context: RenderContext): MarkedScript | undefined {
  try {
    return markScript(template, context);
  } catch (error) {
    expect(error).toBeInstanceOf(TemplateError);
    const said = / of ([a-zA-Z.]+)( holds .*never goes into a script| cannot stand in an #SBATCH line: only )/;
    const path = said.exec((error as TemplateError).message)?.[1] ?? '';
    const value = String(readValue(context, path));
    const isForSbatch = template.source.includes(`{{sbatch ${path}}}`);
    expect(isClean(value) && (isPlain(value) || !isForSbatch), (error as TemplateError).message).toBe(false);
    return undefined;
  }
}

/**
 * What bash itself understands (all branches, whether they are run or not), then what is called with which words, and
 * what variables hold in the end. There is no program, so nothing really happens.
 */
function expectSameForBash(template: JobTemplate, scripts: readonly MarkedScript[]): void {
  const texts = [...new Set(scripts.flatMap(({ script, marked }) => [script, marked]))];
  const runs = runScripts(texts.map(show), { before: defineWords(template) });
  const shown = new Map(runs.map(({ stdout }, index) => [texts[index], stdout.split('\0\0\0')]));
  for (const { script, marked, fill } of scripts) {
    const [commands, calls] = shown.get(script) ?? [];
    const [markedCommands = '', markedCalls = ''] = shown.get(marked) ?? [];
    expect(markedCommands, script).toMatch(/^script \(\) *\n\{/);
    expect(markedCalls, script).toMatch(/\0called\0(.|\n)*\0holds\0JUHUB_(.|\n)*\x001\0ended\0$/);
    expect(commands).toBe(fill(markedCommands, 'quoted'));
    expect(calls).toBe(fill(markedCalls));
  }
}

function show(script: string): string {
  return `script() {\n${script}\n}
declare -f script; printf '\\0\\0\\0'; unset -f script
trap 'for name in "\${!JUHUB_@}"; do record holds "$name" "\${!name}"; done; record ended' EXIT
${script}`;
}

/** A function for every word of the template that is no command yet, because a command not found costs a process. */
function defineWords({ source }: JobTemplate): string {
  const words = [...new Set(source.match(/\b[a-z_]{3,}\b/g))].join(' ');
  return `PATH=/nonexistent HOME=/nonexistent
record() { printf '%s\\0' "$#" "$@"; }
command_not_found_handle() { record called "$@"; return 127; }
for word in ${words}; do
  if ! type "$word"; then eval "$word() { command_not_found_handle $word "'"$@"; }'; fi
done &>/dev/null`;
}
