import { countGpus, type GpuCount } from './gpus.js';
import { orNothing } from './key-values.js';
import { type NodeState, parseNodeState } from './node-state.js';
import { readAnswer } from './reading.js';
import { parseSeparatedTable } from './separated-table.js';
import type { SlurmCall } from './slurm-environment.js';

/** A node of the cluster. */
export interface ClusterNode extends NodeState {
  readonly name: string;
  /** The partitions that it belongs to, hidden ones included. */
  readonly partitions: readonly string[];
  readonly cpus: number;
  readonly cpusAllocated: number;
  readonly memoryMb: number;
  readonly memoryAllocatedMb: number;
  readonly gpus: readonly GpuCount[];
  readonly features: readonly string[];
  /** Why it is down or drained, in its administrator's words. */
  readonly reason?: string;
}

const columns = [
  'NodeList',
  'Partition',
  'StateComplete',
  'CPUsState',
  'Memory',
  'AllocMem',
  'Gres',
  'GresUsed',
  'Features',
  'Reason',
] as const;

type Row = Record<(typeof columns)[number], string>;

/** One line per node and partition, also of partitions for other people's groups. Source: sinfo(1). */
export function buildNodes(separator: string): SlurmCall {
  return {
    tool: 'sinfo',
    words: ['--all', '--Node', `--Format=${columns.map((c) => `${c}:0${separator}`).join(',')}`],
  };
}

/** The nodes in the answer, each once, with all its partitions. */
export function parseNodes(stdout: string, separator: string): ClusterNode[] {
  const rows = parseSeparatedTable(stdout, { tool: 'sinfo', separator, columns, firstHeading: 'NODELIST' });
  const byName = new Map<string, Row[]>();
  for (const row of rows) {
    const same = byName.get(row.NodeList);
    if (same) same.push(row);
    else byName.set(row.NodeList, [row]);
  }
  return readAnswer('sinfo', stdout, () =>
    [...byName.values()].flatMap((same) => (same[0] ? parseNode(same[0], same) : [])),
  );
}

function parseNode(row: Row, sameNode: readonly Row[]): ClusterNode {
  const cpus = /^(\d+)\/\d+\/\d+\/(\d+)$/.exec(row.CPUsState);
  if (cpus === null) throw new RangeError(`not allocated/idle/other/total processors: ${row.CPUsState}`);
  const reason = orNothing(row.Reason);
  return {
    name: row.NodeList,
    // The default partition carries an asterisk.
    partitions: sameNode.map((one) => one.Partition.replace(/\*$/, '')),
    ...parseNodeState(row.StateComplete),
    cpus: Number(cpus[2]),
    cpusAllocated: Number(cpus[1]),
    memoryMb: parseMegabytes(row.Memory),
    memoryAllocatedMb: parseMegabytes(row.AllocMem),
    gpus: countGpus(row.Gres, row.GresUsed),
    features: orNothing(row.Features)?.split(',') ?? [],
    ...(reason !== undefined && reason !== 'none' && { reason }),
  };
}

function parseMegabytes(text: string): number {
  if (!/^\d+\+?$/.test(text)) throw new RangeError(`not a memory size in MiB: ${JSON.stringify(text)}`);
  return Number.parseInt(text, 10);
}
