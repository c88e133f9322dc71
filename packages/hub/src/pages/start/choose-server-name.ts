import type { ServerRow } from '../../db/server-row.js';

/** The name that the form proposes: `default`, or where that is in use the first of `server-2`, `server-3`, … that is not. */
export function chooseServerName(servers: readonly Pick<ServerRow, 'name' | 'state'>[]): string {
  const taken = new Set(servers.filter((server) => server.state !== 'ended').map((server) => server.name));
  if (!taken.has('default')) {
    return 'default';
  }
  let number = 2;
  while (taken.has(`server-${number}`)) {
    number += 1;
  }
  return `server-${number}`;
}
