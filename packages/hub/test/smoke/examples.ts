import type { NodeTypeBody, SiteDetailBody } from '../../src/api/shapes/site-shape.js';
import type { TemplateBody, TemplateFieldBody } from '../../src/api/shapes/template-shape.js';

/** A partition that is up, of which a test says what matters to it. */
export function nodeType(name: string, other: Partial<NodeTypeBody> = {}): NodeTypeBody {
  return {
    name,
    title: name,
    kind: 'partition',
    isDefault: false,
    isUp: true,
    isExclusive: false,
    totalNodes: 4,
    idleNodes: 1,
    outNodes: 0,
    coresPerNode: 4,
    memoryMbPerNode: 8_000,
    gpusPerNode: 0,
    gpuType: null,
    gpuKinds: [],
    freeGpus: 0,
    reserved: [],
    minNodes: 1,
    maxNodes: 4,
    maxMinutes: 1_440,
    defaultMinutes: 60,
    projects: ['climate'],
    ...other,
  };
}

/** A site that was asked just now. */
export function site(nodeTypes: readonly NodeTypeBody[], other: Partial<SiteDetailBody> = {}): SiteDetailBody {
  return {
    name: 'jureca',
    title: 'JURECA',
    scheduler: 'slurm',
    account: 'alice1',
    askedAt: '2026-01-01T00:00:00.000Z',
    ageSeconds: 1,
    problem: null,
    problemHop: null,
    nodeTypes: [...nodeTypes],
    entitlements: { projects: ['climate'], qos: [], reservations: [], askedAt: null },
    entitlementsProblem: null,
    ...other,
  };
}

/** A field of a form. */
export function field(
  name: string,
  type: TemplateFieldBody['type'],
  other: Partial<TemplateFieldBody> = {},
): TemplateFieldBody {
  const rest = { help: null, default: null, min: null, max: null, pattern: null, choices: null, required: true };
  return { name, type, label: name, ...rest, ...other };
}

/** A template with the fields that most have. */
export function template(name: string, other: Partial<TemplateBody> = {}): TemplateBody {
  const fields = [
    field('partition', 'partition'),
    field('minutes', 'duration', { default: 60, min: 5 }),
    field('nodes', 'integer', { default: 2, min: 1 }),
    field('gpus', 'integer', { default: 0, min: 0 }),
  ];
  return { name, title: name, description: '', version: 'v1', sites: null, fields, ...other };
}
