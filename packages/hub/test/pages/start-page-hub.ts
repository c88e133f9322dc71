import type { JobTemplate } from '@juhub/job-template';
import { createApi } from '../../src/api/create-api.js';
import type { NewServer, ServerRow } from '../../src/db/server-row.js';
import { registerPages } from '../../src/pages/register-pages.js';
import { registerSignIn } from '../../src/pages/sign-in/route.js';
import type { Services } from '../../src/services.js';
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
  /** Every path that the pages have, as the router writes it. */
  readonly paths: readonly string[];
  /** A browser that alice, bob or ada, who is an administrator, has signed in with. */
  enter(name?: 'alice' | 'bob' | 'ada'): Promise<TestBrowser>;
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
  const openRooms = (shell: ShellServices): Services => {
    const records = made?.records ?? new ServerRecords(shell.database);
    const parts = { records, sites, catalogues, templates: () => templates, log: shell.log };
    const servers = made?.servers ?? new SpawnService({ ...parts, ends: FAKE_ENDS, listEndedSessions: async () => [] });
    made = { records, servers };
    return {
      ...shell,
      ...parts,
      servers,
      get templateDesk(): never {
        throw new Error('The desk of the templates stands in no test of a page yet.');
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
  const { records, servers } = made;
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
    templates,
    paths,
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
