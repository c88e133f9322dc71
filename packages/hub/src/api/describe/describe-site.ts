import type { Catalogue, Entitlements, NodeType } from '../../sites/node-type.js';
import type { Site } from '../../sites/site.js';
import type { NodeTypeBody, SiteBody, SiteDetailBody } from '../shapes/site-shape.js';
import { writeMomentOf } from './write-moment.js';

/** What one person may use on a site, or why that is not known. */
export type AskedEntitlements =
  | { readonly known: Entitlements; readonly problem?: undefined }
  | { readonly known?: undefined; readonly problem: string };

/** Describes a site for a person. Pure. */
export function describeSite(site: Site, userName: string): SiteBody {
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
): SiteDetailBody {
  const { askedAt, problem, problemHop, nodeTypes } = catalogue;
  const { known } = entitlements;
  return {
    ...describeSite(site, userName),
    askedAt: writeMomentOf(askedAt),
    ageSeconds: askedAt === undefined ? null : Math.max(0, (now.getTime() - askedAt.getTime()) / 1000),
    problem: problem ?? null,
    problemHop: problemHop ?? null,
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

function describeNodeType(nodeType: NodeType, known: Entitlements | undefined): NodeTypeBody {
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
