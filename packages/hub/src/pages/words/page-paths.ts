import type { ServerRow } from '../../db/server-row.js';
import { progressPathOf } from '../../spawn/public-path.js';

export { progressPathOf };

/** Where its output is shown, and what it uses. */
export function logPathOf(serverName: string): string {
  return `${progressPathOf(serverName)}/log`;
}

/** The form, filled in with the choices that a server was made with. */
export function startAgainPathOf(row: Pick<ServerRow, 'name' | 'site' | 'template' | 'choices'>): string {
  const query = new URLSearchParams({ site: row.site, template: row.template, name: row.name });
  for (const [field, value] of Object.entries(row.choices)) {
    if (!query.has(field) && value !== undefined && value !== null) {
      query.set(field, String(value));
    }
  }
  return `/hub/start?${query}`;
}
