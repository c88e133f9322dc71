import type { Catalogue, Entitlements } from '../../sites/node-type.js';
import { describeOffer, type Offer, type OfferedNodeType } from '../../sites/offer.js';
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
  const { askedAt, problem, problemHop } = catalogue;
  const { known } = entitlements;
  const offer = describeOffer(catalogue, known, now);
  return {
    ...describeSite(site, userName),
    askedAt: writeMomentOf(askedAt),
    ageSeconds: askedAt === undefined ? null : Math.max(0, (now.getTime() - askedAt.getTime()) / 1000),
    problem: problem ?? null,
    problemHop: problemHop ?? null,
    nodeTypes: offer.nodeTypes.map((offered) => describeNodeType(offered, known)),
    entitlements: known === undefined ? null : describeEntitlements(known, offer),
    entitlementsProblem: known?.problem ?? entitlements.problem ?? null,
  };
}

function describeEntitlements(known: Entitlements, offer: Offer): SiteDetailBody['entitlements'] {
  return {
    projects: known.projects.map(({ name }) => name),
    qos: known.qos.map(({ name, maxMinutes }) => ({ name, maxMinutes: maxMinutes ?? null })),
    reservations: offer.reservations.map((reservation) => ({
      name: reservation.name,
      isActive: reservation.isActive,
      startAt: writeMomentOf(reservation.startAt),
      endAt: writeMomentOf(reservation.endAt),
      nodeCount: reservation.nodeCount,
      partitions: [...reservation.partitions],
    })),
    askedAt: writeMomentOf(known.askedAt),
  };
}

function describeNodeType({ nodeType, ...own }: OfferedNodeType, known: Entitlements | undefined): NodeTypeBody {
  return {
    name: nodeType.name,
    title: nodeType.title,
    kind: nodeType.kind,
    isDefault: nodeType.isDefault,
    isUp: nodeType.isUp,
    isExclusive: nodeType.isExclusive,
    totalNodes: nodeType.totalNodes,
    idleNodes: nodeType.idleNodes,
    outNodes: nodeType.outNodes,
    coresPerNode: nodeType.coresPerNode,
    memoryMbPerNode: nodeType.memoryMbPerNode,
    gpusPerNode: nodeType.gpusPerNode,
    gpuType: nodeType.gpuType ?? null,
    gpuKinds: nodeType.gpuKinds.map((kind) => ({ ...kind })),
    freeGpus: nodeType.freeGpus,
    reserved: nodeType.reserved.filter(({ reservation }) => own.reservations.includes(reservation)),
    minNodes: nodeType.minNodes,
    maxNodes: nodeType.maxNodes,
    maxMinutes: nodeType.maxMinutes ?? null,
    defaultMinutes: nodeType.defaultMinutes ?? null,
    projects: known === undefined ? null : [...own.projects],
  };
}
