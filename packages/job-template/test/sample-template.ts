import { type JobTemplate, parseTemplate, type RenderContext, type TemplatePart } from '../src/index.js';

/** Fields that the bodies of the tests name. */
export const FIELDS = `fields:
  partition: { type: partition, label: Node type }
  account: { type: account, label: Project }
  nodes: { type: integer, label: Nodes, default: 1 }
  fast: { type: boolean, label: Fast }
  flavour: { type: choice, label: Flavour, choices: [plain, spicy], required: false }
  remark: { type: text, label: Remark, required: false }
`;

/** A template with the usual fields and the body of a test. */
export function makeTemplate(body: string, parts: Record<string, string> = {}): JobTemplate {
  const partials = new Map<string, TemplatePart>(
    Object.entries(parts).map(([name, text]) => [name, { text, file: `parts/${name}.sh` }]),
  );
  return parseTemplate(`---\ntitle: Sample\n${FIELDS}---\n${body}`, { file: 'templates/sample.sbatch.hbs', partials });
}

/** How many lines of a template made by makeTemplate come before its body. */
export const LINES_BEFORE = 3 + FIELDS.split('\n').length - 1;

/** What the hub passes, with the values of a test in place of the usual ones. */
export function makeContext(changes: { choices?: RenderContext['choices']; userName?: string } = {}): RenderContext {
  const id = '0123456789abcdef';
  return {
    server: { id, name: 'default', basePath: '/user/alice/default/', dir: `.juhub/servers/${id}` },
    job: { name: `juhub-${id}`, scheduled: true },
    user: { name: changes.userName ?? 'alice' },
    site: { name: 'sample' },
    listen: { bind: '0.0.0.0' },
    choices: { partition: 'gpus', account: 'climate', nodes: 1, fast: false, ...changes.choices },
  };
}
