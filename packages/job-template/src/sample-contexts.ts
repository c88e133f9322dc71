import type { RenderContext } from './render-context.js';
import type { TemplateField } from './template-field.js';

/** Contexts to try a template with: everything chosen and as little as possible chosen, with Slurm and without. */
export function makeSamples(fields: readonly TemplateField[]): RenderContext[] {
  return [true, false].flatMap((scheduled) => [
    makeSample(scheduled, fields),
    makeSample(
      scheduled,
      fields.filter((field) => field.required && !(NEEDS_SLURM.has(field.type) && !scheduled)),
    ),
  ]);
}

/** A process on the login node has none of these. */
const NEEDS_SLURM = new Set(['account', 'qos', 'reservation']);

function makeSample(scheduled: boolean, fields: readonly TemplateField[]): RenderContext {
  const id = '0123456789abcdef';
  return {
    server: { id, name: 'default', basePath: '/user/alice/default/', dir: `.juhub/servers/${id}` },
    job: { name: `juhub-${id}`, scheduled },
    user: { name: 'alice' },
    site: { name: 'sample' },
    listen: scheduled ? { bind: '0.0.0.0' } : { bind: '127.0.0.1', host: '127.0.0.1' },
    choices: Object.fromEntries(fields.map((field) => [field.name, sampleValue(field)])),
  };
}

function sampleValue(field: TemplateField): string | number | boolean {
  switch (field.type) {
    case 'integer':
    case 'duration':
      return Number(field.default ?? field.min ?? 1);
    case 'boolean':
      return true;
    case 'choice':
      return field.default ?? field.choices?.[0]?.value ?? '';
    default:
      return field.default ?? `some-${field.type}`;
  }
}
