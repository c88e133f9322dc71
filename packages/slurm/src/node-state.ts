/** The state of a node, taken apart. */
export interface NodeState {
  /** IDLE, MIXED, ALLOCATED, DOWN, ERROR, FUTURE or UNKNOWN. */
  readonly base: string;
  /** What is said besides, as in DRAIN, MAINT, RESERVED, PLANNED, NOT_RESPONDING, POWERED_DOWN. */
  readonly flags: ReadonlySet<string>;
  /** Can a job that is submitted now get (a part of) this node? */
  readonly usable: boolean;
  /** The same for a job of the reservation that holds the node: nothing but the reservation keeps others away. */
  readonly usableWithReservation: boolean;
  /** False: nobody gets it now, however long he waits: it is down, drained, in maintenance or reserved. */
  readonly inService: boolean;
}

const bases = new Set(['IDLE', 'MIXED', 'ALLOCATED', 'DOWN', 'ERROR', 'FUTURE', 'UNKNOWN']);

/** The signs that sinfo puts behind a short state ("NODE STATE CODES" in sinfo(1)). */
const signs: Readonly<Record<string, string>> = {
  '*': 'NOT_RESPONDING',
  '~': 'POWERED_DOWN',
  '#': 'POWERING_UP',
  '!': 'POWER_DOWN',
  '%': 'POWERING_DOWN',
  $: 'MAINT',
  '@': 'REBOOT_REQUESTED',
  '^': 'REBOOT_ISSUED',
  '-': 'PLANNED',
};

/** Other words for the same flag: sinfo says `maintenance` where scontrol says MAINTENANCE or MAINT. */
const aliases: Readonly<Record<string, string>> = {
  MAINTENANCE: 'MAINT',
  DRAINED: 'DRAIN',
  DRAINING: 'DRAIN',
  INVAL: 'INVALID_REG',
  REBOOT: 'REBOOT_REQUESTED',
};

/** Words that say state and flags at once. */
const composed: Readonly<Record<string, readonly [string, string]>> = {
  DRAINED: ['IDLE', 'DRAIN'],
  DRAINING: ['ALLOCATED', 'DRAIN'],
  MAINT: ['IDLE', 'MAINT'],
  RESERVED: ['IDLE', 'RESERVED'],
  PLANNED: ['IDLE', 'PLANNED'],
  COMPLETING: ['ALLOCATED', 'COMPLETING'],
  INVAL: ['UNKNOWN', 'INVALID_REG'],
};

/**
 * Flags that keep new jobs away. A node under maintenance or in a reservation is IDLE to Slurm, yet not free for anybody;
 * PLANNED is kept free for a job that waits already. POWERED_DOWN is not here: such a node is switched on for a job.
 */
const blocking = new Set([
  'DRAIN',
  'FAIL',
  'MAINT',
  'RESERVED',
  'PLANNED',
  'NOT_RESPONDING',
  'POWER_DOWN',
  'POWERING_DOWN',
  'REBOOT_REQUESTED',
  'REBOOT_ISSUED',
  'INVALID_REG',
  'BLOCKED',
  'PERFCTRS',
]);

/**
 * Takes a node's state apart, as sinfo's StateComplete (`idle+drain`), scontrol (`IDLE+DRAIN`) or sinfo's short forms
 * (`idle*`, `mixed-`, `draining`) print it.
 */
export function parseNodeState(raw: string): NodeState {
  const words = raw.trim().toUpperCase().split('+');
  const flags = new Set<string>();
  let base = 'UNKNOWN';
  for (const word of words) {
    const match = /^([A-Z_]+)([*~#!%$@^-]*)$/.exec(word);
    const [name, tail] = [match?.[1] ?? word, match?.[2] ?? ''];
    for (const sign of tail) flags.add(signs[sign] ?? sign);
    const two = word === words[0] ? composed[name] : undefined;
    if (two) {
      base = two[0];
      flags.add(two[1]);
    } else if (bases.has(name)) base = name;
    else flags.add(aliases[name] ?? name);
  }
  const blocked = [...flags].filter((flag) => blocking.has(flag));
  const hasRoom = base === 'IDLE' || base === 'MIXED';
  return {
    base,
    flags,
    usable: hasRoom && blocked.length === 0,
    usableWithReservation: hasRoom && blocked.every((flag) => flag === 'RESERVED'),
    inService: (hasRoom || base === 'ALLOCATED') && blocked.every((flag) => flag === 'PLANNED'),
  };
}
