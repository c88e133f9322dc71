// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expansions of the shell
import { describe, expect, test } from 'vitest';
import { TemplateError } from '../src/index.js';
import { LINES_BEFORE, makeTemplate } from './sample-template.js';

function findProblem(body: string, parts?: Record<string, string>): TemplateError | undefined {
  try {
    makeTemplate(body, parts);
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) {
      return error;
    }
    throw error;
  }
}

describe('where a text may stand', () => {
  test.each([
    ['as a word', 'echo {{user.name}}\n'],
    ['as an end of a word', 'cd "$HOME"/{{user.name}}\n'],
    ['right after quotes', `echo 'a'{{user.name}}"b"\n`],
    ['in a comment', '# for {{user.name}}, "who\necho\n'],
    ['in a command substitution', 'echo "$(basename {{user.name}} "$(id)")"\n'],
    ['in an array', 'words=(a {{user.name}} "b")\n'],
    ['in a test', 'if [[ $USER == {{user.name}} ]]; then :; fi\n'],
    ['after an index and a test', 'x[$i + 1]=a; [ -n "$x" ] && [[ -n $x ]] && echo {{user.name}}\n'],
    ['in a branch of case', 'case $x in\n  a) echo {{user.name}} ;;\n  "b") : ;;\nesac\n'],
    ['after a here-document', 'cat <<-"END"\n\tit\'s "\n\tEND\necho {{user.name}}\n'],
    ['after a here-string and a comparison', 'cat <<<"a" && (( 1 << 2 )) && echo {{user.name}}\n'],
    ['after an escaped quote', 'echo \\" \\\' {{user.name}}\n'],
    ['after an apostrophe in a comment', "x=1 # it's\necho {{user.name}}\n"],
    ['after joined outputs', 'echo >&2 {{user.name}} 2>&1 >{{user.name}}\n'],
    ['after the number of arguments', 'echo $# ${#x} {{user.name}}\n'],
    ['after ANSI quotes', "echo $'it\\'s' {{user.name}}\n"],
    ['after quotes within an expansion', 'echo "${x:-"a b"}" ${y:-\'}\'} {{user.name}}\n'],
    ['after backticks', 'echo `date "+%s"` {{user.name}}\n'],
  ])('%s', (_, body) => {
    expect(findProblem(body)).toBeUndefined();
  });

  test.each([
    ['inside double quotes', 'echo "{{user.name}}"\n', 'double quotes'],
    ['inside single quotes', "echo '{{user.name}}'\n", 'single quotes'],
    ['inside ANSI quotes', "echo $'{{user.name}}'\n", "$'…' quotes"],
    ['in a here-document', 'cat <<END\n{{user.name}}\nEND\n', 'a here-document'],
    ['in a quoted here-document', "cat <<'END'\n{{user.name}}\nEND\n", 'a here-document'],
    ['in backticks', 'echo `echo {{user.name}}`\n', 'backticks'],
    ['in an expansion', 'echo ${x:-{{user.name}} }\n', 'a ${…} expansion'],
    ['in arithmetic', 'echo $(( {{user.name}} + 1 ))\n', 'an arithmetic expression'],
    ['in arithmetic of its own', '(( {{user.name}} ))\n', 'an arithmetic expression'],
    ['in arithmetic of the old kind', 'echo $[ {{user.name}} ]\n', 'an arithmetic expression'],
    ['as the index of an array', 'x[{{user.name}}]=1\n', 'an arithmetic expression'],
    ['as an index in a list', 'x=([{{user.name}}]=1)\n', 'an arithmetic expression'],
    ['right after a dollar sign', 'echo ${{user.name}}\n', 'right after'],
    ['right after a backslash', 'echo \\\\{{user.name}}\n', 'right after'],
    ['in a double-quoted substitution’s quotes', 'echo "$(echo "{{user.name}}")"\n', 'double quotes'],
    ['as what an output is joined with', 'echo >& a{{user.name}}\n', 'right after'],
    ['in quotes that look like a comment', 'echo "\n# {{user.name}}"\n', 'double quotes'],
    ['in quotes behind a line that goes on', 'echo \\\n"{{user.name}}"\n', 'double quotes'],
    ['in an #SBATCH line as a shell word', '#SBATCH --comment={{user.name}}\n', 'sbatch user.name'],
    ['as a plain word outside of an #SBATCH line', 'echo {{sbatch user.name}}\n', 'for #SBATCH lines'],
    ['as a plain word in a line that only looks like it', ' #SBATCH --comment={{sbatch user.name}}\n', 'for #SBATCH'],
    ['as an option of sbatch', '#SBATCH {{sbatch user.name}}\n', '--option='],
    ['as an option’s name', '#SBATCH --exclusive --{{sbatch user.name}}=1\n', '--option='],
    ['behind an option that may stand alone', '#SBATCH --a=b --exclusive {{sbatch user.name}}\n', '--option='],
  ])('not %s', (_, body, words) => {
    const problem = findProblem(body);
    expect(problem?.code).toBe('unsafe-place');
    expect(problem?.message).toContain(words);
  });

  test('the place of the value is told by line and column of the file', () => {
    const problem = findProblem('#!/bin/bash\n\necho "for {{user.name}}"\n');
    expect(problem).toMatchObject({ file: 'templates/sample.sbatch.hbs', line: LINES_BEFORE + 3, column: 11 });
  });

  test('every misplaced value is told, not only the first', () => {
    expect(findProblem('echo "{{user.name}}" {{user.name}}\necho \'{{site.name}}\'\n')?.problems).toHaveLength(2);
  });
});

describe('numbers and booleans', () => {
  test('may stand inside quotes, arithmetic, here-documents and #SBATCH lines', () => {
    const body = '#SBATCH --nodes={{choices.nodes}}\necho "$(({{choices.nodes}} * 2))" "{{choices.fast}}"\n';
    expect(findProblem(`${body}cat <<END\n{{choices.nodes}}\nEND\n`)).toBeUndefined();
  });

  test('not right after a dollar sign, where 1 would be an argument of the script', () => {
    expect(findProblem('echo "${{choices.nodes}}"\n')?.message).toContain('right after');
    expect(findProblem('cat <<END\n${{choices.nodes}}\nEND\n')?.message).toContain('right after');
  });
});

describe('branches', () => {
  test('that close what they open can stand anywhere', () => {
    expect(findProblem('echo "a{{#if choices.fast}} b{{else}} c{{/if}}" {{user.name}}\n')).toBeUndefined();
  });

  test('one that opens a quote only sometimes is refused', () => {
    const problem = findProblem('echo {{#if choices.fast}}"{{/if}}{{user.name}}"\n');
    expect(problem?.message).toContain('close all quotes');
  });

  test('one that names the option of an #SBATCH line only sometimes is refused', () => {
    const problem = findProblem('#SBATCH {{#if choices.fast}} {{else}}--comment={{/if}}{{sbatch user.name}}\n');
    expect(problem?.code).toBe('unsafe-place');
  });

  test('one that begins a here-document only sometimes is refused', () => {
    const problem = findProblem('cat {{#if choices.fast}}<<END{{/if}}\n{{user.name}}\nEND\n');
    expect(problem?.code).toBe('unsafe-place');
  });
});

describe('what cannot be followed', () => {
  test('a case inside parentheses is refused, because its patterns end with the same sign', () => {
    expect(findProblem('x=$(case a in a) echo ;; esac)\n')?.message).toContain('“case” inside parentheses');
  });

  test.each([
    ['between two words', 'echo \\\n  a {{user.name}}\n', undefined],
    ['in double quotes', 'echo "a\\\nb" {{user.name}}\n', undefined],
    ['in a quoted here-document', "cat <<'E'\na\\\nE\necho {{user.name}}\n", undefined],
    ['in the middle of a word', 'echo $\\\n{{user.name}}\n', 'unsafe-place'],
    ['in an expansion', 'echo "$\\\n(" {{user.name}}\n', 'unsafe-place'],
    ['in a redirection', 'cat <\\\n<E\n{{user.name}}\nE\n', 'unsafe-place'],
    ['before the end word of a here-document', 'cat <<E\na\\\nE\n{{user.name}}\nE\n', 'unsafe-place'],
    ['in the end word of a here-document', 'cat <<E\\\nF\nE\n{{user.name}}\nEF\n', 'unsafe-place'],
  ])('a line that goes on %s', (_, body, code) => {
    expect(findProblem(body)?.code).toBe(code);
  });

  test('an end word that only the shell could tell is refused', () => {
    expect(findProblem('cat <<$x\n')?.message).toContain('end word of a here-document');
  });

  test('a quote that is never closed is told with the line that opens it', () => {
    expect(findProblem('echo\necho "a\nb\n')).toMatchObject({ line: LINES_BEFORE + 2 });
  });

  test('a part in the middle of a text in quotes is refused', () => {
    expect(findProblem('echo "\n{{> tool}}\n"\n', { tool: 'true\n' })?.message).toContain('only where a command can');
  });
});
