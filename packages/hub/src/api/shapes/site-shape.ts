import { z } from 'zod';
import type { Catalogue, Entitlements, NodeType } from '../../sites/node-type.js';
import type { Site } from '../../sites/site.js';
import { components, momentShape, writeMomentOf } from './components.js';

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
    nodeTypes: z.array(nodeTypeShape),
    entitlements: entitlementsShape.nullable(),
    entitlementsProblem: z.string().nullable(),
  })
  .register(components, { id: 'SiteDetail' });

/** What one person may use on a site, or why that is not known. */
export type AskedEntitlements =
  | { readonly known: Entitlements; readonly problem?: undefined }
  | { readonly known?: undefined; readonly problem: string };

/** Describes a site for a person. Pure. */
export function describeSite(site: Site, userName: string): z.infer<typeof siteShape> {
  return {
    name: site.name,
    title: site.title,
    scheduler: site.config.scheduler,
    account: site.accountOf(userName),
  };
}

/** Describes what a site offers a person now. Pure. */
export function describeSiteDetail(
  site: Site,
  userName: string,
  { catalogue, entitlements, now }: { catalogue: Catalogue; entitlements: AskedEntitlements; now: Date },
): z.infer<typeof siteDetailShape> {
  const { askedAt, problem, nodeTypes } = catalogue;
  const { known } = entitlements;
  return {
    ...describeSite(site, userName),
    askedAt: writeMomentOf(askedAt),
    ageSeconds: askedAt === undefined ? null : Math.max(0, (now.getTime() - askedAt.getTime()) / 1000),
    problem: problem ?? null,
    nodeTypes: nodeTypes.map((nodeType) => describeNodeType(nodeType, known)),
    entitlements:
      known === undefined
        ? null
        : {
            projects: [...known.projects],
            qos: known.qos.map(({ name, maxMinutes }) => ({ name, maxMinutes: maxMinutes ?? null })),
          },
    entitlementsProblem: entitlements.problem ?? null,
  };
}

function describeNodeType(nodeType: NodeType, known: Entitlements | undefined): z.infer<typeof nodeTypeShape> {
  const { accounts } = nodeType;
  return {
    name: nodeType.name,
    title: nodeType.title,
    kind: nodeType.kind,
    isDefault: nodeType.isDefault,
    isUp: nodeType.isUp,
    totalNodes: nodeType.totalNodes,
    idleNodes: nodeType.idleNodes,
    coresPerNode: nodeType.coresPerNode,
    memoryMbPerNode: nodeType.memoryMbPerNode,
    gpusPerNode: nodeType.gpusPerNode,
    gpuType: nodeType.gpuType ?? null,
    freeGpus: nodeType.freeGpus,
    minNodes: nodeType.minNodes,
    maxNodes: nodeType.maxNodes,
    maxMinutes: nodeType.maxMinutes ?? null,
    defaultMinutes: nodeType.defaultMinutes ?? null,
    projects: known?.projects.filter((project) => accounts === undefined || accounts.includes(project)) ?? null,
  };
}
