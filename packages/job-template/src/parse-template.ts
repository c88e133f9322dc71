import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type BodyNode, visitNodes } from './body-node.js';
import { checkPlaces } from './check-places.js';
import type { JobTemplate } from './job-template.js';
import { readBody } from './read-body.js';
import { type FrontMatter, readFrontMatter, type TemplateParts } from './read-front-matter.js';
import { CONTEXT_VALUES, type ValueType } from './render-context.js';
import { TemplateError, type TemplateProblem } from './template-error.js';
import type { TemplateField } from './template-field.js';
import type { TemplatePart } from './template-part.js';

/** How the file of a template is called: `NAME.sbatch.hbs`. */
export const TEMPLATE_SUFFIX = '.sbatch.hbs';

/** Where a template comes from. */
export interface TemplateOrigin {
  /** The file's path; names the template and stands in every message. */
  readonly file: string;
  /** What `{{> name}}` can include: shell files by name, taken as they are. */
  readonly partials?: ReadonlyMap<string, TemplatePart> | undefined;
}

/**
 * Reads and checks a template: YAML front matter with the form's fields, then the script with its values.
 *
 * @throws TemplateError with the place of the first mistake, and all of them in `problems`
 */
export function parseTemplate(source: string, origin: TemplateOrigin): JobTemplate {
  const { file } = origin;
  const strange = findStrangeCharacter(source, file);
  const head = strange ? { body: '', linesBefore: 0, problems: [strange] } : readFrontMatter(source, file);
  const { fields, values } = describeFields(head.matter);
  const parts = origin.partials ?? new Map();
  const { body, problems } = checkBody(head, { file, values, parts });
  const found = [...head.problems, ...(head.matter === undefined ? [] : problems)];
  const [first] = found;
  if (head.matter === undefined || first !== undefined) {
    throw new TemplateError(
      first ?? { code: 'front-matter', file, line: 1, column: 1, message: 'Nothing here.' },
      found,
    );
  }
  const { title, description, presets, sites, groups, idle } = head.matter;
  const name = basename(file, TEMPLATE_SUFFIX);
  const version = hash(source, body);
  return {
    name,
    title,
    description,
    fields,
    presets,
    sites,
    groups,
    idle,
    file,
    source,
    parts: findUsed(parts, body),
    body,
    version,
  };
}

/** sbatch refuses scripts with DOS line ends, and a script of control characters is not what anybody sees in an editor. */
function findStrangeCharacter(source: string, file: string): TemplateProblem | undefined {
  const index = source.search(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/);
  if (index === -1) {
    return undefined;
  }
  const before = source.slice(0, index).split('\n');
  const code = source.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0');
  const what =
    code === '000D' ? 'Lines end with CR LF; save the file with plain LF.' : `The character U+${code} is here.`;
  return { code: 'syntax', file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message: what };
}

function describeFields(matter: FrontMatter | undefined) {
  const fields: TemplateField[] = Object.entries(matter?.fields ?? {}).map(([name, field]) => ({ name, ...field }));
  const values = new Map(CONTEXT_VALUES);
  for (const field of fields) {
    values.set(`choices.${field.name}`, valueTypeOf(field));
  }
  return { fields, values };
}

function valueTypeOf(field: TemplateField): ValueType {
  switch (field.type) {
    case 'integer':
    case 'duration':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'text';
  }
}

function checkBody(
  head: TemplateParts,
  surroundings: {
    file: string;
    values: ReadonlyMap<string, ValueType>;
    parts: ReadonlyMap<string, TemplatePart>;
  },
): { body: readonly BodyNode[]; problems: readonly TemplateProblem[] } {
  const { nodes, problems } = readBody(head.body, { ...surroundings, linesBefore: head.linesBefore });
  const { file } = surroundings;
  const places = problems.length > 0 ? [] : checkPlaces(nodes, { file, line: head.linesBefore + 1, column: 1 });
  return { body: nodes, problems: [...problems, ...places, ...checkParts(nodes)] };
}

function checkParts(nodes: readonly BodyNode[]): TemplateProblem[] {
  const found: TemplateProblem[] = [];
  visitNodes(nodes, (node) => {
    const strange = node.kind === 'part' ? findStrangeCharacter(node.text, node.file) : undefined;
    if (strange !== undefined) {
      found.push(strange);
    }
  });
  return found;
}

function findUsed(
  parts: ReadonlyMap<string, TemplatePart>,
  body: readonly BodyNode[],
): ReadonlyMap<string, TemplatePart> {
  const used = new Set<string>();
  visitNodes(body, (node) => {
    if (node.kind === 'part') {
      used.add(node.name);
    }
  });
  return new Map([...parts].filter(([name]) => used.has(name)));
}

function hash(source: string, body: readonly BodyNode[]): string {
  const sum = createHash('sha256').update(source);
  visitNodes(body, (node) => {
    if (node.kind === 'part') {
      sum.update(`\0${node.name}\0${node.text}`);
    }
  });
  return sum.digest('hex').slice(0, 12);
}
