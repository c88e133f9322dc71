import { parseDurationMinutes } from './duration.js';
import { expandHostList } from './host-list.js';
import { orNothing, parseCount, parseKeyValues, parseNames } from './key-values.js';
import { parseTres, type Tres } from './tres.js';

/** A partition: nodes and the rules for using them. */
export interface Partition {
  readonly name: string;
  /** UP takes and starts jobs; DOWN takes but starts none; DRAIN takes none; INACTIVE neither. */
  readonly state: string;
  readonly isDefault: boolean;
  /** The longest wall time; undefined for UNLIMITED. */
  readonly maxTimeMinutes: number | undefined;
  /** The wall time of a job that names none; undefined means the longest one. */
  readonly defaultTimeMinutes: number | undefined;
  readonly minNodes: number;
  /** Undefined for UNLIMITED. */
  readonly maxNodes: number | undefined;
  /** Who may use it; undefined means everybody. */
  readonly allowAccounts: readonly string[] | undefined;
  readonly denyAccounts: readonly string[];
  /** UNIX groups; undefined means everybody. */
  readonly allowGroups: readonly string[] | undefined;
  readonly allowQos: readonly string[] | undefined;
  readonly denyQos: readonly string[];
  /** The quality of service whose limits hold for the partition. */
  readonly qos: string | undefined;
  readonly nodes: readonly string[];
  readonly totalNodes: number;
  readonly totalCpus: number;
  /** True when a job gets whole nodes, whatever it asks for. */
  readonly isExclusive: boolean;
  /** True when jobs must name a reservation. */
  readonly needsReservation: boolean;
  readonly rootOnly: boolean;
  /** True where the site's administrators want it listed to nobody. */
  readonly isHidden: boolean;
  /** All that it has. */
  readonly tres: Tres;
}

/** Reads one line of `scontrol show partition -o`. Source: scontrol(1), slurm.conf(5). */
export function parsePartition(line: string): Partition {
  const fields = new Map(parseKeyValues(line).map(({ key, value }) => [key, value]));
  const get = (key: string): string => {
    const value = fields.get(key);
    if (value === undefined) throw new RangeError(`${key} is missing`);
    return value;
  };
  return {
    name: get('PartitionName'),
    state: get('State'),
    isDefault: get('Default') === 'YES',
    maxTimeMinutes: parseDurationMinutes(get('MaxTime')),
    defaultTimeMinutes: parseDurationMinutes(get('DefaultTime')),
    minNodes: parseCount(get('MinNodes')) ?? 0,
    maxNodes: parseCount(get('MaxNodes')),
    allowAccounts: parseNames(fields.get('AllowAccounts')),
    denyAccounts: parseNames(fields.get('DenyAccounts')) ?? [],
    allowGroups: parseNames(get('AllowGroups')),
    allowQos: parseNames(fields.get('AllowQos')),
    denyQos: parseNames(fields.get('DenyQos')) ?? [],
    qos: orNothing(fields.get('QoS')),
    nodes: expandHostList(get('Nodes')),
    totalNodes: parseCount(get('TotalNodes')) ?? 0,
    totalCpus: parseCount(get('TotalCPUs')) ?? 0,
    isExclusive: get('OverSubscribe') === 'EXCLUSIVE' || fields.get('ExclusiveUser') === 'YES',
    needsReservation: fields.get('ReqResv') === 'YES',
    rootOnly: fields.get('RootOnly') === 'YES',
    isHidden: fields.get('Hidden') === 'YES',
    tres: parseTres(fields.get('TRES') ?? ''),
  };
}
