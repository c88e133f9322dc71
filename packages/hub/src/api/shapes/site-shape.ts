import { z } from 'zod';
import { components, hopShape, momentShape } from './components.js';

const siteFields = {
  name: z.string(),
  title: z.string(),
  scheduler: z.enum(['slurm', 'none']),
  account: z.string().describe('The UNIX account that one has there.'),
};

const nodeTypeShape = z
  .strictObject({
    name: z.string().describe('What the choice `partition` takes.'),
    title: z.string(),
    kind: z.enum(['partition', 'login']).describe('`login`: a process on the login node, not a job.'),
    isDefault: z.boolean(),
    isUp: z.boolean().describe('False: it cannot be chosen now.'),
    totalNodes: z.int(),
    idleNodes: z.int(),
    coresPerNode: z.int(),
    memoryMbPerNode: z.int(),
    gpusPerNode: z.int(),
    gpuType: z.string().nullable(),
    freeGpus: z.int(),
    minNodes: z.int(),
    maxNodes: z.int(),
    maxMinutes: z.number().nullable().describe('The longest run; null: no limit.'),
    defaultMinutes: z.number().nullable(),
    projects: z.array(z.string()).nullable().describe('Those of one’s projects that it admits; null: it is not known.'),
  })
  .register(components, { id: 'NodeType' });

const entitlementsShape = z
  .strictObject({
    projects: z.array(z.string()).describe('Slurm accounts that one may charge, the default first.'),
    qos: z.array(z.strictObject({ name: z.string(), maxMinutes: z.number().nullable() })),
  })
  .register(components, { id: 'Entitlements' });

/** A site in a list. */
export const siteShape = z.strictObject(siteFields).register(components, { id: 'Site' });

/** What a site offers now. */
export const siteDetailShape = z
  .strictObject({
    ...siteFields,
    askedAt: momentShape.nullable().describe('When the site last said so; null: it never has.'),
    ageSeconds: z.number().nullable(),
    problem: z.string().nullable().describe('Why the site could not be asked just now.'),
    problemHop: hopShape.nullable().describe('How far that question came.'),
    nodeTypes: z.array(nodeTypeShape),
    entitlements: entitlementsShape.nullable(),
    entitlementsProblem: z.string().nullable(),
  })
  .register(components, { id: 'SiteDetail' });

export type SiteBody = z.infer<typeof siteShape>;
export type SiteDetailBody = z.infer<typeof siteDetailShape>;
export type NodeTypeBody = z.infer<typeof nodeTypeShape>;
