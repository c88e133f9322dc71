import { ConnectorClient } from '@juhub/connector';
import type { JobTemplate } from '@juhub/job-template';
import { ProxyClient } from '@juhub/proxy';
import type { Registry } from 'prom-client';
import { type Auth, createAuth } from './auth/auth.js';
import { readProxyToken } from './auth/secret-files.js';
import type { Config } from './config/config.js';
import { makeStateDir } from './config/state-paths.js';
import { type Database, openDatabase } from './db/open-database.js';
import type { Log } from './log.js';
import { Notices } from './notices/notices.js';
import { Catalogues } from './sites/catalogues.js';
import { needGroups } from './sites/offered-templates.js';
import { Site } from './sites/site.js';
import { SiteChecks } from './sites/site-checks.js';
import { JobInsight } from './spawn/job-insight.js';
import { PartWatch } from './spawn/part-watch.js';
import { ServerRecords } from './spawn/server-records.js';
import { SpawnService } from './spawn/spawn-service.js';
import type { WayEnds } from './spawn/steps/open-way.js';
import { ExpectedStarts } from './spawn/trial/expected-starts.js';
import { Turns } from './spawn/turns.js';
import { createRegistry } from './status/create-registry.js';
import { findHubTroubles } from './status/find-troubles.js';
import { addServerFigures, addSiteCommandFigures } from './status/hub-figures.js';
import { HubStatus } from './status/hub-status.js';
import { TemplateDesk } from './templates/template-desk.js';
import { Templates } from './templates/templates.js';

/** All that pages and API are made from; there is one of each in a hub. */
export interface Services {
  readonly config: Config;
  readonly log: Log;
  readonly database: Database;
  readonly auth: Auth;
  readonly sites: ReadonlyMap<string, Site>;
  readonly catalogues: Catalogues;
  readonly siteChecks: SiteChecks;
  /** The job templates that can be used now, by name. */
  readonly templates: () => ReadonlyMap<string, JobTemplate>;
  /** Where admins change them. */
  readonly templateDesk: TemplateDesk;
  readonly notices: Notices;
  readonly records: ServerRecords;
  readonly servers: SpawnService;
  /** When servers would start that nobody has asked for yet. */
  readonly expectedStarts: ExpectedStarts;
  /** Connector and proxy. */
  readonly ends: WayEnds;
  /** Looks into their jobs. */
  readonly insight: JobInsight;
  /** What administrators and monitors are told of all processes. */
  readonly status: HubStatus;
  /** Lets go of everything; servers on the clusters run on. */
  close(): Promise<void>;
}

/**
 * Opens the hub's rooms in their order: state folder, database, keys, sites, templates, and last the servers, which are
 * followed from then on.
 *
 * @param registry where the hub's figures are kept
 *
 * @throws DatabaseUnusable when the database cannot be used, an Error when there is not one usable template
 */
export async function openServices(
  config: Config,
  log: Log,
  registry: Registry = createRegistry('hub'),
): Promise<Services> {
  const paths = makeStateDir(config.stateDir);
  const database = await openDatabase(config.database);
  const auth = createAuth(config, database, paths);
  const connector = new ConnectorClient({ socketPath: paths.connectorSocket });
  const proxy = new ProxyClient({ socketPath: paths.proxyAdminSocket, token: readProxyToken(paths) });
  const meter = addSiteCommandFigures(registry);
  const sites = new Map(config.sites.map((site) => [site.name, new Site(site, connector, meter)]));
  const templates = await Templates.open(config.templates, { database, log });
  const catalogues = new Catalogues(sites, () => needGroups(templates.all()));
  const records = new ServerRecords(database);
  const turns = new Turns({
    ...config.limits,
    sites: new Map(config.sites.map(({ name, startsAtOnce }) => [name, startsAtOnce])),
  });
  addServerFigures(registry, { records, turns, siteNames: [...sites.keys()] });
  const notices = new Notices(database, log);
  const ends = { connector, proxy };
  const offered = { notices, sites, catalogues, templates: () => templates.all(), log };
  const servers = new SpawnService({
    ...offered,
    records,
    ends,
    turns,
    serversPerUser: config.limits.serversPerUser,
    listEndedSessions: async () => [...(await auth.sessions.listEnded()), ...(await auth.apiTokens.listRevoked())],
  });
  auth.sessions.onEnd(() => {
    servers.renewGates().catch((error) => log.error({ err: error }, 'the gate could not be told of an ended session'));
  });
  await servers.open();
  const watches = [paths.connectorSocket, paths.proxyAdminSocket].map(
    (socketPath) => new PartWatch(socketPath, () => servers.checkWays()),
  );
  for (const watch of watches) {
    watch.open();
  }
  return {
    config,
    log,
    database,
    auth,
    sites,
    catalogues,
    siteChecks: new SiteChecks(connector, log),
    templates: offered.templates,
    templateDesk: new TemplateDesk(templates, log),
    notices,
    records,
    servers,
    expectedStarts: new ExpectedStarts(offered),
    ends,
    insight: new JobInsight(sites),
    status: new HubStatus(registry, paths.statusSockets, () =>
      findHubTroubles({
        ...{ database, ends, servers, stateDir: config.stateDir },
        proxyStatusSocket: paths.statusSockets.proxy,
      }),
    ),
    close: async () => {
      for (const watch of watches) {
        watch.close();
      }
      await templates.close();
      await servers.close();
      catalogues.close();
      await database.close();
    },
  };
}
