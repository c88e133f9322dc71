import type { NodeTypeBody } from '../api/shapes/site-shape.js';
import type { TemplateBody, TemplateFieldBody } from '../api/shapes/template-shape.js';

/** Long enough for a start and a few lines of code, short enough to find a gap in the queue. */
const MINUTES = 10;

/**
 * What a smoke test chooses in a template's form: little, and of GPUs one where there are such, because a node type is
 * there for its GPUs. What is not chosen here takes its default, as in the form. Pure.
 *
 * @param set what the caller chose; it goes before all else
 */
export function chooseChoices(
  template: TemplateBody,
  nodeType: NodeTypeBody | undefined,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  const chosen = template.fields.flatMap((field) => {
    const value = set[field.name] ?? chooseValue(field, nodeType);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return Object.fromEntries(chosen);
}

function chooseValue(field: TemplateFieldBody, nodeType: NodeTypeBody | undefined): string | undefined {
  if (field.type === 'partition') {
    return nodeType?.name;
  }
  switch (field.name) {
    case 'minutes':
      return within(MINUTES, [field, { min: null, max: nodeType?.maxMinutes ?? null }]);
    case 'nodes':
      return within(1, [field, { min: nodeType?.minNodes ?? null, max: nodeType?.maxNodes ?? null }]);
    case 'gpus':
      return nodeType !== undefined && nodeType.gpusPerNode > 0 ? within(1, [field]) : undefined;
    default:
      return field.type === 'choice' && field.required && field.default === null
        ? field.choices?.[0]?.value
        : undefined;
  }
}

/** The number nearest to a wanted one that all limits allow. */
function within(wanted: number, limits: readonly { min: number | null; max: number | null }[]): string {
  const min = Math.max(...limits.map((limit) => limit.min ?? Number.NEGATIVE_INFINITY));
  const max = Math.min(...limits.map((limit) => limit.max ?? Number.POSITIVE_INFINITY));
  return String(Math.floor(Math.min(Math.max(wanted, min), max)));
}
