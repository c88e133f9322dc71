import type { ClusterNode, Partition, Reservation } from '@juhub/slurm';

/** What of some nodes a job could have now. */
export interface FreeCount {
  readonly idleNodes: number;
  /** By the GPUs' type. */
  readonly freeGpus: ReadonlyMap<string, number>;
}

/** For whom it is counted. */
export interface Viewpoint {
  /** True: for a job of the reservation that holds the nodes. */
  readonly withReservation?: boolean;
}

/**
 * Counts what a job that names no reservation could have at once. For some seconds after a reservation has begun Slurm
 * shows its nodes as if nothing were (seen with 24.11 and 22.05), so that the reservations are asked as well. In a
 * partition that gives whole nodes a node that is in use has nothing free.
 */
export function countFree(
  nodes: readonly ClusterNode[],
  { isExclusive }: Pick<Partition, 'isExclusive'>,
  active: readonly Reservation[],
  { withReservation = false }: Viewpoint = {},
): FreeCount {
  const held = namesOf(active);
  const open = nodes.filter((node) =>
    withReservation ? node.usableWithReservation : node.usable && !held.has(node.name),
  );
  const freeGpus = new Map<string, number>();
  for (const node of open.filter((one) => (isExclusive ? isIdle(one) : hasMemory(one)))) {
    for (const { type, count, allocated } of node.gpus) {
      freeGpus.set(type, (freeGpus.get(type) ?? 0) + Math.max(0, count - allocated));
    }
  }
  return { idleNodes: open.filter(isIdle).length, freeGpus };
}

/** Counts the nodes that nobody gets now, however long he waits: down, drained, in maintenance or reserved. */
export function countOut(nodes: readonly ClusterNode[], active: readonly Reservation[]): number {
  const held = namesOf(active);
  return nodes.filter((node) => !node.inService || held.has(node.name)).length;
}

function namesOf(active: readonly Reservation[]): ReadonlySet<string> {
  return new Set(active.flatMap((reservation) => reservation.nodes));
}

function isIdle(node: ClusterNode): boolean {
  return node.base === 'IDLE' && node.cpusAllocated === 0 && !node.flags.has('COMPLETING');
}

/** Free GPUs of a node whose memory is all given out are free for nobody: a job needs some memory. */
function hasMemory(node: ClusterNode): boolean {
  return node.memoryMb === 0 || node.memoryAllocatedMb < node.memoryMb;
}
