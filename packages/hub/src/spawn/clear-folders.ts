import type { Leftover } from '../db/server-row.js';
import type { Log } from '../log.js';
import type { SiteRun } from '../sites/site.js';
import { listFolders, readLogTail, removeFolder } from './server-files.js';
import type { ServerRecords } from './server-records.js';

/**
 * Removes what servers that have ended left in an account's home on a site, and keeps the log of those whose log could
 * not be read then. Folders of servers that are not in the database stay: they may be another hub's.
 *
 * @param leftovers the account's servers of which it is known that something was left
 * @returns the servers whose folders were removed
 * @throws when the site cannot be asked
 */
export async function clearFolders(
  rooms: { records: ServerRecords; run: SiteRun; log: Log },
  { site, account, leftovers }: { site: string; account: string; leftovers: readonly Leftover[] },
): Promise<string[]> {
  const { records, run, log } = rooms;
  const folders = new Set(await listFolders(run));
  const cleared: string[] = [];
  for (const id of folders) {
    // Read after the folders were listed, so that a server that is only just starting has its row.
    const server = await records.get(id);
    if (server?.state === 'ended' && server.site === site && server.account === account) {
      const logTail = server.logTail ?? (await readLogTail(run, id, server.secret));
      await removeFolder(run, id);
      await records.update(id, { ...NOTHING_LEFT, logTail });
      log.info({ server: id, site }, 'removed the folder of a server that had ended');
      cleared.push(id);
    }
  }
  for (const { id } of leftovers.filter((server) => !folders.has(server.id))) {
    await records.update(id, NOTHING_LEFT);
  }
  return cleared;
}

const NOTHING_LEFT = { logProblem: null, secret: null } as const;
