import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { frontMatterSchema } from './front-matter-schema.js';
import type { TemplateProblem } from './template-error.js';

/** What the front matter says, once it is checked. */
export type FrontMatter = z.output<typeof frontMatterSchema>;

/** A file cut at the two `---` lines. */
export interface TemplateParts {
  readonly matter?: FrontMatter | undefined;
  readonly body: string;
  /** How many lines of the file come before the body. */
  readonly linesBefore: number;
  readonly problems: readonly TemplateProblem[];
}

/** Reads the YAML at the head of a template and says for each mistake in which line and column it is. */
export function readFrontMatter(source: string, file: string): TemplateParts {
  const lines = source.split('\n');
  const end = lines.indexOf('---', 1);
  if (lines[0] !== '---' || end === -1) {
    const message = 'A template begins with a line ---, then YAML (title, fields), then a line ---, then the script.';
    return { body: '', linesBefore: 0, problems: [{ code: 'front-matter', file, line: 1, column: 1, message }] };
  }
  const body = lines.slice(end + 1).join('\n');
  // The first line counts too, so that YAML's line numbers are the file's.
  return { ...readYaml(['', ...lines.slice(1, end)].join('\n'), file), body, linesBefore: end + 1 };
}

function readYaml(yaml: string, file: string): Pick<TemplateParts, 'matter' | 'problems'> {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { code: 'front-matter' as const, file, line, column: col };
  };
  if (document.errors.length > 0) {
    return { problems: document.errors.map((error) => ({ ...place(error.pos[0]), message: error.message })) };
  }
  const checked = frontMatterSchema.safeParse(document.toJS() ?? {}, { reportInput: true });
  if (checked.success) {
    return { matter: checked.data, problems: [] };
  }
  const problems = checked.error.issues.flatMap(openUnion).flatMap((issue) =>
    pathsOf(issue).map((path) => ({
      ...place(findOffset(document.contents, path)),
      message: `${path.join('.') || 'front matter'}: ${describeIssue(issue)}`,
    })),
  );
  return { problems };
}

/** Where a text or a map could stand and a map does, what is wrong is something in the map. */
function openUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || typeof issue.input !== 'object') {
    return [issue];
  }
  const inMap = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0 || isUnknownKey(inner)));
  const inner = inMap?.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
  return inner === undefined || inner.length === 0 ? [issue] : inner.flatMap(openUnion);
}

function isUnknownKey(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'unrecognized_keys';
}

/** Unknown keys are told of one by one, each at its own place. */
function pathsOf(issue: z.core.$ZodIssue): PropertyKey[][] {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    return 'there is no such setting here';
  }
  if (issue.code === 'invalid_union' && issue.path.at(-1) === 'type') {
    const types = 'partition, account, qos, reservation, integer, duration, choice, boolean or text';
    return `the type is one of ${types}`;
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => inner.message).join('; ');
  }
  const isMissing = issue.input === undefined && ['invalid_type', 'invalid_union'].includes(issue.code);
  return isMissing ? 'this is missing' : issue.message;
}

/** The offset of the key that a path leads to, or of the nearest thing around it. */
function findOffset(root: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === step);
      if (pair === undefined || !isScalar(pair.key)) {
        return offset;
      }
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else {
      const item = (node as { items?: unknown[] } | null)?.items?.[Number(step)] as Node | undefined;
      offset = item?.range?.[0] ?? offset;
      node = item;
    }
  }
  return offset;
}
