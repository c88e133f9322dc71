import { type Qos, type Reservation, SlurmError } from '@juhub/slurm';
import type { Catalogue, SiteReservation } from './node-type.js';
import { describeLoginNode, describePartitions } from './node-types.js';
import type { Site } from './site.js';

/** What a site said of itself. */
export type CatalogueAnswer = Pick<Catalogue, 'nodeTypes' | 'reservations'>;

/**
 * Asks a site what it has: three commands, however large it is.
 *
 * @param account who asks
 * @param askQos the qualities of service, which change seldom and are kept longer
 * @throws the error of the first question that failed
 */
export async function askCatalogue(
  site: Site,
  account: string,
  askQos: () => Promise<readonly Qos[]>,
): Promise<CatalogueAnswer> {
  const loginNode = site.config.loginNode ? [describeLoginNode(site.config.loginNode)] : [];
  if (!site.hasSlurm) {
    return { nodeTypes: loginNode, reservations: [] };
  }
  const slurm = site.slurmAs(account);
  const [partitions, nodes, reservations, qos] = await Promise.all([
    slurm.partitions(),
    slurm.nodes(),
    slurm.reservations(),
    askQos(),
  ]);
  const nodeTypes = describePartitions({ partitions, nodes, reservations, qos });
  const nodesOf = new Map(partitions.map((partition) => [partition.name, partition.nodes]));
  return {
    nodeTypes: [...nodeTypes, ...loginNode],
    reservations: reservations.map((reservation) => describeReservation(reservation, nodeTypes, nodesOf)),
  };
}

function describeReservation(
  reservation: Reservation,
  nodeTypes: readonly { readonly name: string }[],
  nodesOf: ReadonlyMap<string, readonly string[]>,
): SiteReservation {
  const { name, startAt, endAt, users, groups, accounts } = reservation;
  const held = new Set(reservation.nodes);
  const partitions = nodeTypes.map((nodeType) => nodeType.name);
  return {
    name,
    startAt,
    endAt,
    partitions: partitions.filter((partition) => nodesOf.get(partition)?.some((node) => held.has(node)) ?? false),
    nodeCount: reservation.nodeCount,
    users,
    groups,
    accounts,
  };
}

/** The qualities of service of a site; none where it keeps no accounting. */
export async function askQos(site: Site, account: string): Promise<readonly Qos[]> {
  return site.hasSlurm ? await site.slurmAs(account).qos().catch(unlessNoAccounting) : [];
}

/** A cluster without an accounting database has no projects and no QOS: that is an answer, not a failure to ask. */
export function unlessNoAccounting(error: unknown): never[] {
  if (error instanceof SlurmError && error.code === 'no-accounting') {
    return [];
  }
  throw error;
}
