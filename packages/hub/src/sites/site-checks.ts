import type { ConnectorClient } from '@juhub/connector';
import type { Log } from '../log.js';
import { checkSite, listFailed, type SiteCheck } from './check-site.js';
import type { Site } from './site.js';

/** The self-tests of all sites: one at a time of each account, because sites block whoever comes too often. */
export class SiteChecks {
  readonly #running = new Map<string, Promise<SiteCheck>>();
  readonly #last = new Map<string, SiteCheck>();

  constructor(
    private readonly connector: Pick<ConnectorClient, 'check'>,
    private readonly log: Log,
  ) {}

  /** Walks the way to a site, or waits for somebody who is just doing so. Never rejects. */
  check(site: Site, account: string, admin: string): Promise<SiteCheck> {
    const key = JSON.stringify([site.name, account]);
    const running = this.#running.get(key);
    if (running !== undefined) {
      return running;
    }
    const check = checkSite(site, this.connector, account)
      .then((found) => {
        this.#last.set(site.name, found);
        const facts = { site: site.name, account, ok: found.ok, failed: listFailed(found) };
        this.log.info({ admin, ...facts }, 'an administrator tested a site');
        return found;
      })
      .finally(() => this.#running.delete(key));
    this.#running.set(key, check);
    return check;
  }

  /** What the last self-test of a site found since the hub was started. */
  last(site: string): SiteCheck | undefined {
    return this.#last.get(site);
  }
}
