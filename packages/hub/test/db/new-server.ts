import type { NewServer } from '../../src/db/server-row.js';

let made = 0;

/** A server that nobody has yet: each one has another id. */
export function newServer(patch: Partial<NewServer> = {}): NewServer {
  made += 1;
  return {
    id: made.toString(16).padStart(16, '0'),
    userName: 'alice',
    name: 'default',
    site: 'jureca',
    account: 'alice1',
    scheduler: 'slurm',
    template: 'jupyterlab',
    templateVersion: '1',
    choices: { partition: 'gpus', nodes: 1 },
    createdAt: new Date(1_700_000_000_000 + made),
    ...patch,
  };
}
