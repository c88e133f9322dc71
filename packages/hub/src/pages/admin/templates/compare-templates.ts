import { structuredPatch } from 'diff';

/** A line of a comparison. */
export interface ComparedLine {
  readonly kind: 'same' | 'added' | 'removed';
  /** What stands in front of it where colours are not seen: `+`, `-` or nothing. */
  readonly sign: string;
  /** Its number before and after; empty where it is not there. */
  readonly before: string;
  readonly after: string;
  readonly text: string;
}

/** A file that is not the same, in pieces with some lines around each change. */
export interface ComparedFile {
  readonly name: string;
  readonly hunks: readonly { readonly lines: readonly ComparedLine[] }[];
}

/** The texts of a template: its source, and the parts that it includes. */
export interface TemplateTexts {
  readonly source: string;
  /** Undefined: not known, as of a source that cannot be read. */
  readonly parts: ReadonlyMap<string, { readonly text: string }> | undefined;
}

const CONTEXT_LINES = 3;
/** Two texts that have nothing in common need no long thinking. */
const MOST_THINKING_MS = 1_000;

/** Compares two versions of a template file by file, the template's own first; nothing for what is the same. Pure. */
export function compareTemplates(name: string, before: TemplateTexts, after: TemplateTexts): ComparedFile[] {
  const own = compareTexts(`${name}.sbatch.hbs`, before.source, after.source);
  if (before.parts === undefined || after.parts === undefined) {
    return own;
  }
  const [old, now] = [before.parts, after.parts];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const inParts = names.flatMap((part) =>
    compareTexts(`parts/${part}.sh`, old.get(part)?.text ?? '', now.get(part)?.text ?? ''),
  );
  return [...own, ...inParts];
}

function compareTexts(name: string, before: string, after: string): ComparedFile[] {
  if (before === after) {
    return [];
  }
  const options = { context: CONTEXT_LINES, timeout: MOST_THINKING_MS };
  const patch = structuredPatch(name, name, before, after, undefined, undefined, options);
  const hunks = patch?.hunks ?? [replaceAll(before, after)];
  return [{ name, hunks: hunks.map((hunk) => ({ lines: numberLines(hunk) })) }];
}

interface Hunk {
  readonly oldStart: number;
  readonly newStart: number;
  /** Each with its sign in front. */
  readonly lines: readonly string[];
}

function replaceAll(before: string, after: string): Hunk {
  const signed = (text: string, sign: string) => text.split('\n').map((line) => sign + line);
  return { oldStart: 1, newStart: 1, lines: [...signed(before, '-'), ...signed(after, '+')] };
}

function numberLines({ oldStart, newStart, lines }: Hunk): ComparedLine[] {
  let [before, after] = [oldStart, newStart];
  // The library says with a line of its own (`\ No newline…`) what no admin has to know.
  return lines
    .filter((line) => !line.startsWith('\\'))
    .map((line) => {
      const [sign, text] = [line.slice(0, 1), line.slice(1)];
      const isAdded = sign === '+';
      const isRemoved = sign === '-';
      return {
        kind: isAdded ? 'added' : isRemoved ? 'removed' : 'same',
        sign: sign.trim(),
        before: isAdded ? '' : String(before++),
        after: isRemoved ? '' : String(after++),
        text,
      };
    });
}
