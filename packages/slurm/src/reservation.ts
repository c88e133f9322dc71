import { expandHostList } from './host-list.js';
import { orNothing, parseCount, parseKeyValues, parseNames } from './key-values.js';
import { parseTimestamp } from './timestamp.js';
import { parseTres, type Tres } from './tres.js';

/** Nodes set apart for some people, or for a maintenance, for a time. */
export interface Reservation {
  readonly name: string;
  readonly startAt: Date | undefined;
  readonly endAt: Date | undefined;
  readonly isActive: boolean;
  /** Slurm's words, as in MAINT, SPEC_NODES, IGNORE_JOBS. */
  readonly flags: readonly string[];
  readonly nodes: readonly string[];
  readonly nodeCount: number;
  readonly partition: string | undefined;
  /** Who may use it; a name with a dash in front may not. Undefined where users do not matter. */
  readonly users: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly accounts: readonly string[] | undefined;
  readonly tres: Tres;
}

/** Reads one line of `scontrol show reservation -o`. Source: scontrol(1). */
export function parseReservation(line: string): Reservation {
  const fields = new Map(parseKeyValues(line).map(({ key, value }) => [key, value]));
  const name = fields.get('ReservationName');
  if (name === undefined) throw new RangeError('ReservationName is missing');
  const state = fields.get('State');
  if (state === undefined) throw new RangeError('State is missing');
  return {
    name,
    startAt: parseTimestamp(fields.get('StartTime') ?? ''),
    endAt: parseTimestamp(fields.get('EndTime') ?? ''),
    isActive: state === 'ACTIVE',
    flags: parseNames(fields.get('Flags')) ?? [],
    nodes: expandHostList(fields.get('Nodes') ?? ''),
    nodeCount: parseCount(fields.get('NodeCnt')) ?? 0,
    partition: orNothing(fields.get('PartitionName')),
    users: parseNames(fields.get('Users')),
    groups: parseNames(fields.get('Groups')),
    accounts: parseNames(fields.get('Accounts')),
    tres: parseTres(fields.get('TRES') ?? ''),
  };
}
