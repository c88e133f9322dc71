import type { JobTemplate } from '@juhub/job-template';
import { createApi } from '../../src/api/create-api.js';
import type { NewServer, ServerRow } from '../../src/db/server-row.js';
import { registerGate } from '../../src/pages/gate/route.js';
import { registerHome } from '../../src/pages/home/route.js';
import { registerServer } from '../../src/pages/server/route.js';
import { registerStart } from '../../src/pages/start/route.js';
import { registerTokens } from '../../src/pages/tokens/route.js';
import { Catalogues } from '../../src/sites/catalogues.js';
import type { Site } from '../../src/sites/site.js';
import { ServerRecords } from '../../src/spawn/server-records.js';
import { SpawnService } from '../../src/spawn/spawn-service.js';
import type { ShellServices } from '../../src/web/shell-services.js';
import { startTestHub, TestBrowser, type TestHub } from '../web/start-test-hub.js';
import { JUPYTERLAB, makeServerRow } from './examples.js';
import { FAKE_ENDS, FakeCluster, FakeSite } from './fake-cluster.js';

/** The real application with all pages, the REST API and a real database, in front of fake clusters. */
export interface PageHub {
  readonly hub: TestHub;
  readonly cluster: FakeCluster;
  readonly records: ServerRecords;
  readonly templates: Map<string, JobTemplate>;
  /** Saves a server of alice's in a state that nobody moves it from. */
  putServer(different?: Partial<ServerRow>): Promise<ServerRow>;
  /** A browser that alice or bob has signed in with. */
  enter(name?: 'alice' | 'bob'): Promise<TestBrowser>;
  close(): Promise<void>;
}

/** Of `password of alice`, as in the hub of the shell's tests. */
const PASSWORD = 'password of alice';

/** Starts the pages. @param settings.sites how many sites there are, `cluster` the first and `other` the second */
export async function startPageHub(settings: { url?: string; sites?: 1 | 2 } = {}): Promise<PageHub> {
  const cluster = new FakeCluster();
  const sites = new Map<string, Site>([['cluster', new FakeSite(cluster)]]);
  if (settings.sites === 2) {
    sites.set('other', new FakeSite(new FakeCluster(), { name: 'other', title: 'Other cluster' }));
  }
  const templates = new Map([[JUPYTERLAB.name, JUPYTERLAB]]);
  const catalogues = new Catalogues(sites);
  let made: { records: ServerRecords; servers: SpawnService } | undefined;
  const openRooms = (shell: ShellServices) => {
    const records = made?.records ?? new ServerRecords(shell.database);
    const parts = { records, sites, catalogues, templates: () => templates, log: shell.log };
    const servers = made?.servers ?? new SpawnService({ ...parts, ends: FAKE_ENDS, listEndedSessions: async () => [] });
    made = { records, servers };
    return { ...shell, ...parts, servers };
  };
  const hub = await startTestHub(
    [
      (router, shell, renderPage) => {
        const services = openRooms(shell);
        for (const register of [registerHome, registerStart, registerServer, registerGate, registerTokens]) {
          register(router, services, renderPage);
        }
      },
    ],
    settings.url,
    (shell) => createApi(openRooms(shell)),
  );
  if (made === undefined) {
    throw new Error('The application registered no page.');
  }
  const { records, servers } = made;
  const [alice] = hub.services.config.users;
  const passwordHash = alice?.passwordHash ?? null;
  const bob = { name: 'bob', passwordHash, admin: false, createdAt: new Date(), lastSignInAt: null };
  await hub.services.database.users.insert(bob);
  let put = 0;
  return {
    hub,
    cluster,
    records,
    templates,
    async putServer(different = {}) {
      put += 1;
      const { state = 'ready', ...row } = different;
      const id = put.toString(16).padStart(16, '0');
      const server: NewServer = { ...makeServerRow(), id, ...row };
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
      await servers.close();
      await hub.close();
    },
  };
}
