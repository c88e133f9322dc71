import type { ConnectionStatus } from '@juhub/connector';
import { findMaintenance } from '../../../notices/notices.js';
import { sayWhy } from '../../../say-why.js';
import type { Services } from '../../../services.js';
import type { Site } from '../../../sites/site.js';
import { askCatalogue } from '../../start/load-start.js';
import type { SiteParts } from './sites-view.js';

/** What the page of the sites needs of the hub. */
export type SitesServices = Pick<
  Services,
  'sites' | 'siteChecks' | 'catalogues' | 'records' | 'notices' | 'ends' | 'log'
>;

/** All sites with what is known of them, and why nothing is known of connections where that is so. */
export interface LoadedSites {
  readonly sites: readonly SiteParts[];
  readonly connectorProblem?: string;
}

/** Gathers what is known of the sites. Never waits long for one, and never fails because of one. */
export async function loadSites(services: SitesServices, admin: string): Promise<LoadedSites> {
  const { sites, siteChecks, records, notices } = services;
  const [counts, shown, asked] = await Promise.all([
    records.countActive(),
    notices.listShown(),
    askConnections(services),
  ]);
  const parts = [...sites.values()].map(async (site): Promise<SiteParts> => {
    const isHere = (one: { site: string | null }) => one.site === site.name;
    return {
      site,
      sites,
      catalogue: await askCatalogue(services, site, admin),
      connections: asked.connections.filter(isHere),
      servers: counts.filter(isHere).reduce((sum, { count }) => sum + count, 0),
      maintenance: findMaintenance(shown, site.name),
      account: accountOfTest(site, admin),
      check: siteChecks.last(site.name),
    };
  });
  const loaded = { sites: await Promise.all(parts) };
  return asked.problem === undefined ? loaded : { ...loaded, connectorProblem: asked.problem };
}

/** The account that a site is tested as where nothing else is said. */
export function accountOfTest(site: Site, admin: string): string {
  return site.config.serviceAccount ?? site.accountOf(admin);
}

async function askConnections({ ends, log }: SitesServices): Promise<{
  connections: readonly ConnectionStatus[];
  problem?: string;
}> {
  try {
    return { connections: await ends.connector.listConnections() };
  } catch (error) {
    log.warn({ why: sayWhy(error) }, 'the connector cannot be asked for its connections');
    return { connections: [], problem: sayWhy(error) };
  }
}
