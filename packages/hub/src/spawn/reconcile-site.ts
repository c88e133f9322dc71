import { sayWhy } from '../say-why.js';
import type { Site } from '../sites/site.js';
import { clearFolders } from './clear-folders.js';
import { type JobsToReconcile, reconcileJobs } from './reconcile-jobs.js';

/** How long after the end of its last server an account is still asked about what was left. */
const REMEMBER_MS = 24 * 3_600_000;
/** Of more leftovers than this the oldest are cleared first. */
const LEFTOVERS_AT_ONCE = 100;

/** What a reconciliation of a site needs. */
export interface SiteToReconcile extends JobsToReconcile {
  readonly site: Site;
  /** Called for a server that has something new to see to. */
  readonly nudge: (serverId: string) => void;
}

/**
 * Compares what is on a site with the database, with one question to the queue and one command for each account that
 * has, or lately had, servers: jobs that no server has are ended, those that the database lost are adopted, and folders
 * that ended servers left are removed.
 *
 * @throws when the scheduler cannot be asked; an account that cannot sign in is passed over
 */
export async function reconcileSite({ site, scheduler, records, log, nudge }: SiteToReconcile): Promise<void> {
  const recent = await records.listAccounts(site.name, new Date(Date.now() - REMEMBER_MS));
  const leftovers = await records.listLeftovers(site.name, LEFTOVERS_AT_ONCE);
  if (site.hasSlurm) {
    const found = await reconcileJobs({ records, scheduler, log }, { site: site.name, accounts: recent });
    for (const id of found.adopted) {
      nudge(id);
    }
    if (found.unknown.length > 0) {
      log.info({ site: site.name, jobs: found.unknown }, 'jobs are named like servers that are not in the database');
    }
  }
  for (const account of new Set([...recent, ...leftovers.map((server) => server.account)])) {
    const own = leftovers.filter((server) => server.account === account);
    await clearFolders({ records, run: site.runAs(account), log }, { site: site.name, account, leftovers: own }).catch(
      (error: unknown) => {
        log.debug({ site: site.name, account, why: sayWhy(error) }, 'cannot look for folders that were left');
      },
    );
  }
}
