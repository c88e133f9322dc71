import { ConnectorError, type ConnectorErrorCode } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';
import type { Hop } from '../db/server-row.js';

/** The connector's troubles that are those of the way to the site; all others are the hub's own. */
const ON_THE_WAY: ReadonlySet<ConnectorErrorCode> = new Set([
  'host-key',
  'key-file',
  'killed',
  'output-too-large',
  'refused',
  'sign-in-refused',
  'timed-out',
  'unreachable',
]);

/** How far a question to a site came before it failed. Pure. */
export function findHop(error: unknown): Hop {
  if (error instanceof SlurmError) {
    return 'scheduler';
  }
  return error instanceof ConnectorError && ON_THE_WAY.has(error.code) ? 'site' : 'hub';
}
