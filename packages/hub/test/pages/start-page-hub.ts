import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi } from '../../src/api/create-api.js';
import type { SpawnLimits } from '../../src/config/config.js';
import { statePaths } from '../../src/config/state-paths.js';
import type { NewServer, ServerRow } from '../../src/db/server-row.js';
import { Notices } from '../../src/notices/notices.js';
import { registerPages } from '../../src/pages/register-pages.js';
import { registerSignIn } from '../../src/pages/sign-in/route.js';
import type { Services } from '../../src/services.js';
import { Catalogues } from '../../src/sites/catalogues.js';
import { needGroups } from '../../src/sites/offered-templates.js';
import type { Site } from '../../src/sites/site.js';
import { SiteChecks } from '../../src/sites/site-checks.js';
import { JobInsight } from '../../src/spawn/job-insight.js';
import { ServerRecords } from '../../src/spawn/server-records.js';
import { SpawnService } from '../../src/spawn/spawn-service.js';
import { ExpectedStarts } from '../../src/spawn/trial/expected-starts.js';
import { Turns } from '../../src/spawn/turns.js';
import { createRegistry } from '../../src/status/create-registry.js';
import { HubStatus } from '../../src/status/hub-status.js';
import type { Trouble } from '../../src/status/trouble.js';
import { TemplateDesk } from '../../src/templates/template-desk.js';
import { Templates } from '../../src/templates/templates.js';
import type { ShellServices } from '../../src/web/shell-services.js';
import { startTestHub, TestBrowser, type TestHub } from '../web/start-test-hub.js';
import { JUPYTERLAB, makeServerRow } from './examples.js';
import { FAKE_ENDS, FakeCluster, FakeSite } from './fake-cluster.js';

/** The real application with all pages, the REST API and a real database, in front of fake clusters. */
export interface PageHub {
  readonly hub: TestHub;
  readonly cluster: FakeCluster;
  readonly records: ServerRecords;
  readonly servers: SpawnService;
  readonly turns: Turns;
  readonly notices: Notices;
  readonly desk: TemplateDesk;
  /** The folder of the templates. */
  readonly folder: string;
  /** What is wrong with the hub, which a test may add to. */
  readonly troubles: Trouble[];
  /** Writes a file of that folder. */
  put(name: string, text: string): void;
  /** Saves a server of alice's in a state that nobody moves it from. */
  putServer(different?: Partial<ServerRow> & Pick<NewServer, 'script'>): Promise<ServerRow>;
  /** Every path that the pages have, as the router writes it. */
  readonly paths: readonly string[];
  /** A browser that alice, bob or ada, who is an administrator, has signed in with. */
  enter(name?: 'alice' | 'bob' | 'ada'): Promise<TestBrowser>;
  close(): Promise<void>;
}

/** Of `password of alice`, as in the hub of the shell's tests. */
const PASSWORD = 'password of alice';

const OURS = new URL('../../../../slurm-templates', import.meta.url).pathname;

/** How a test wants its hub. */
export interface PageHubSettings {
  readonly url?: string;
  /** How many sites there are, `cluster` the first and `other` the second. */
  readonly sites?: 1 | 2;
  /** The files of the folder of templates by name, or those that come with juhub; JUPYTERLAB where nothing is said. */
  readonly templates?: Readonly<Record<string, string>> | 'ours';
  readonly limits?: Partial<SpawnLimits>;
  /** What is behind the first site; a cluster that takes no jobs where nothing is said. */
  readonly cluster?: FakeCluster;
}

/** Starts the pages. */
export async function startPageHub(settings: PageHubSettings = {}): Promise<PageHub> {
  const folder = makeTemplateFolder(settings.templates ?? { 'jupyterlab.sbatch.hbs': JUPYTERLAB.source });
  const cluster = settings.cluster ?? new FakeCluster();
  const troubles: Trouble[] = [];
  const sites = new Map<string, Site>([['cluster', new FakeSite(cluster)]]);
  if (settings.sites === 2) {
    sites.set('other', new FakeSite(new FakeCluster(), { name: 'other', title: 'Other cluster' }));
  }
  const limits = { startsAtOnce: 20, startsAtOnceForUser: 2, serversPerUser: 10, ...settings.limits };
  const startsAtSites = [...sites].map(([name, { config }]) => [name, config.startsAtOnce] as const);
  const turns = new Turns({ ...limits, sites: new Map(startsAtSites) });
  let made:
    | { records: ServerRecords; notices: Notices; servers: SpawnService; expectedStarts: ExpectedStarts }
    | undefined;
  // It comes when there is a database, which is after the pages were registered.
  let desk: TemplateDesk | undefined;
  const findDesk = (): TemplateDesk => {
    if (desk === undefined) {
      throw new Error('The templates have not been opened yet.');
    }
    return desk;
  };
  let siteChecks: SiteChecks;
  const catalogues = new Catalogues(sites, () => needGroups(findDesk().templates.all()));
  const openRooms = (shell: ShellServices): Services => {
    const records = made?.records ?? new ServerRecords(shell.database);
    siteChecks ??= new SiteChecks(FAKE_ENDS.connector, shell.log);
    const notices = made?.notices ?? new Notices(shell.database, shell.log);
    const parts = { records, notices, sites, catalogues, templates: () => findDesk().templates.all(), log: shell.log };
    const { serversPerUser } = limits;
    const spawnParts = { ...parts, ends: FAKE_ENDS, turns, serversPerUser, listEndedSessions: async () => [] };
    const servers = made?.servers ?? new SpawnService(spawnParts);
    const expectedStarts = made?.expectedStarts ?? new ExpectedStarts(parts);
    made = { records, notices, servers, expectedStarts };
    return {
      ...shell,
      ...parts,
      servers,
      expectedStarts,
      ends: FAKE_ENDS,
      siteChecks,
      insight: new JobInsight(sites),
      status: new HubStatus(createRegistry('hub'), statePaths(folder).statusSockets, async () => troubles),
      get templateDesk() {
        return findDesk();
      },
      close: async () => undefined,
    };
  };
  const paths: string[] = [];
  const hub = await startTestHub(
    [
      (router, shell, renderPage) => {
        const services = openRooms(shell);
        for (const register of registerPages.filter((page) => page !== registerSignIn)) {
          register(router, services, renderPage);
        }
        paths.push(...router.stack.map(({ path }) => String(path)));
      },
    ],
    settings.url,
    (shell) => createApi(openRooms(shell)),
  );
  if (made === undefined) {
    throw new Error('The application registered no page.');
  }
  const { records, notices, servers } = made;
  const { database, log } = hub.services;
  const templates = await Templates.open(folder, { database, log });
  desk = new TemplateDesk(templates, log);
  const [alice] = hub.services.config.users;
  const passwordHash = alice?.passwordHash ?? null;
  const kept = { passwordHash, createdAt: new Date(), lastSignInAt: null };
  await hub.services.database.users.insert({ ...kept, name: 'bob', admin: false });
  await hub.services.database.users.insert({ ...kept, name: 'ada', admin: true });
  let put = 0;
  return {
    hub,
    cluster,
    records,
    servers,
    turns,
    notices,
    desk,
    folder,
    troubles,
    put: (name, text) => writeFileSync(join(folder, name), text),
    paths,
    async putServer(different = {}) {
      put += 1;
      const { state = 'ready', ...row } = different;
      const id = put.toString(16).padStart(16, '0');
      const script = '#!/bin/bash\necho "<hello>"\n';
      const server: NewServer = { ...makeServerRow(), id, script, ...row };
      await records.insert(server);
      const jump = { from: ['requested'], to: state, cause: 'asked', message: `Now ${state}.` } as const;
      const moved = await hub.services.database.servers.move(server.id, jump);
      return moved ?? makeServerRow();
    },
    async enter(name = 'alice') {
      const browser = new TestBrowser(hub);
      await browser.signIn(name, PASSWORD);
      return browser;
    },
    async close() {
      await templates.close();
      await servers.close();
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeTemplateFolder(files: Exclude<PageHubSettings['templates'], undefined>): string {
  const folder = mkdtempSync(join(tmpdir(), 'juhub-templates-'));
  mkdirSync(join(folder, 'parts'));
  if (files === 'ours') {
    cpSync(OURS, folder, { recursive: true });
    return folder;
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
