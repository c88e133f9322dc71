import { z } from 'zod';
import { components, hopShape, momentShape } from './components.js';

const siteFields = {
  name: z.string(),
  title: z.string(),
  scheduler: z.enum(['slurm', 'none']),
  account: z.string().describe('The UNIX account that one has there.'),
};

const gpuKindShape = z.strictObject({
  type: z.string(),
  perNode: z.int(),
  total: z.int(),
  free: z.int().describe('How many a job could have now.'),
});

const reservedShape = z.strictObject({ reservation: z.string(), idleNodes: z.int(), freeGpus: z.int() });

const nodeTypeShape = z
  .strictObject({
    name: z.string().describe('What the choice `partition` takes.'),
    title: z.string(),
    kind: z.enum(['partition', 'login']).describe('`login`: a process on the login node, not a job.'),
    isDefault: z.boolean(),
    isUp: z.boolean().describe('False: it cannot be chosen now.'),
    isExclusive: z.boolean().describe('Jobs get whole nodes.'),
    totalNodes: z.int(),
    idleNodes: z.int().describe('Those that a job could have now.'),
    outNodes: z.int().describe('Those that nobody gets now: down, drained, in maintenance or reserved.'),
    coresPerNode: z.int().describe('Of the largest node, as the other numbers.'),
    memoryMbPerNode: z.int(),
    gpusPerNode: z.int(),
    gpuType: z.string().nullable(),
    gpuKinds: z.array(gpuKindShape).describe('One for each type of GPU.'),
    freeGpus: z.int().describe('Those that a job could have now, of all types.'),
    reserved: z.array(reservedShape).describe('What is free within one’s own reservations, beside the above.'),
    minNodes: z.int(),
    maxNodes: z.int(),
    maxMinutes: z.number().nullable().describe('The longest run; null: no limit.'),
    defaultMinutes: z.number().nullable(),
    projects: z.array(z.string()).nullable().describe('Those of one’s projects that it admits; null: it is not known.'),
  })
  .register(components, { id: 'NodeType' });

const reservationShape = z.strictObject({
  name: z.string().describe('What the choice `reservation` takes.'),
  isActive: z.boolean(),
  startAt: momentShape.nullable(),
  endAt: momentShape.nullable(),
  nodeCount: z.int(),
  partitions: z.array(z.string()).describe('The node types that some of its nodes belong to.'),
});

const entitlementsShape = z
  .strictObject({
    projects: z.array(z.string()).describe('Slurm accounts that one may charge, the default first.'),
    qos: z.array(z.strictObject({ name: z.string(), maxMinutes: z.number().nullable() })),
    reservations: z.array(reservationShape).describe('Those that one may use now or within a day.'),
    askedAt: momentShape.nullable().describe('When the site last said so.'),
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
    entitlementsProblem: z.string().nullable().describe('Why they are not known, or not newer.'),
  })
  .register(components, { id: 'SiteDetail' });

export type SiteBody = z.infer<typeof siteShape>;
export type SiteDetailBody = z.infer<typeof siteDetailShape>;
export type NodeTypeBody = z.infer<typeof nodeTypeShape>;
