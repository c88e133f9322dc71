import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuth } from '../../src/auth/auth.js';
import type { Config } from '../../src/config/config.js';
import { makeStateDir } from '../../src/config/state-paths.js';
import { openDatabase } from '../../src/db/open-database.js';
import { registerSignIn } from '../../src/pages/sign-in/route.js';
import { type CreateApi, createApp, type RegisterPage } from '../../src/web/create-app.js';
import type { ShellServices } from '../../src/web/shell-services.js';

/** What the hub answered. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A message to the hub: headers, and a form or a raw body. */
export interface Message {
  method?: string;
  headers?: Record<string, string>;
  form?: Record<string, string>;
  body?: string;
}

/** The real application on a unix socket, with alice (`password of alice`) and a log that tests can read. */
export interface TestHub {
  services: ShellServices;
  socketPath: string;
  logged: { level: string; fields: object; message: string }[];
  ask(path: string, message?: Message): Promise<Answer>;
  close(): Promise<void>;
}

/** Of `password of alice`, with a low cost. */
const passwordHash = '$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$3F9GrWgNEHl1oYubdoLtnEramHNWHSjXw4cy9dUCX9k';

/** Starts the application with the sign-in page and those of the test. */
export async function startTestHub(
  pages: RegisterPage<ShellServices>[] = [],
  publicUrl = 'http://127.0.0.1:8000',
  createApi?: CreateApi<ShellServices>,
): Promise<TestHub> {
  const folder = mkdtempSync(join(tmpdir(), 'juhub-web-'));
  const paths = makeStateDir(join(folder, 'state'));
  const config: Config = {
    file: join(folder, 'juhub.yaml'),
    public: {
      url: publicUrl,
      listen: { host: '127.0.0.1', port: 8000 },
      trustedProxies: [],
      maxConnections: 0,
      maxConnectionsPerClient: 0,
    },
    stateDir: join(folder, 'state'),
    database: { engine: 'sqlite', file: join(folder, 'state', 'juhub.db') },
    templates: folder,
    users: [{ name: 'alice', passwordHash, admin: false }],
    sites: [],
    sessions: { days: 7 },
    signIn: { attemptsPerMinute: 3, attemptsPerHour: 50 },
    limits: { startsAtOnce: 20, startsAtOnceForUser: 2, serversPerUser: 10 },
    log: { level: 'silent' },
  };
  const database = await openDatabase(config.database);
  const logged: TestHub['logged'] = [];
  const note = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  const services = { config, database, auth: createAuth(config, database, paths), log } satisfies ShellServices;
  const server = createServer(createApp(services, [registerSignIn, ...pages], createApi).callback());
  server.listen(paths.hubSocket);
  await once(server, 'listening');
  return {
    services,
    socketPath: paths.hubSocket,
    logged,
    ask: (path, message) => ask(paths.hubSocket, path, message),
    async close() {
      await closeServer(server);
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}

async function ask(socketPath: string, path: string, message: Message = {}): Promise<Answer> {
  const body = message.form === undefined ? message.body : new URLSearchParams(message.form).toString();
  const type = message.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const headers = { accept: 'text/html', ...type, ...message.headers };
  const method = message.method ?? (body === undefined ? 'GET' : 'POST');
  const outgoing = request({ socketPath, path, method, headers });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk);
  }
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** A browser as far as these tests need one: it keeps cookies and finds the token in a page. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  /** Every Set-Cookie that came, as it came. */
  readonly setCookies: string[] = [];
  #token = '';

  constructor(
    readonly hub: Pick<TestHub, 'ask'>,
    readonly headers: Record<string, string> = {},
  ) {}

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask(path, { headers });
  }

  /** Sends a form with the token of the page that was shown last. */
  async post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask(path, { form: { _xsrf: this.#token, ...form }, headers });
  }

  /** Sends no form, but the token of the page that was shown last, as scripts do. */
  async send(method: string, path: string): Promise<Answer> {
    return this.#ask(path, { method, headers: { 'X-XSRF-Token': this.#token } });
  }

  async signIn(name = 'alice', password = 'password of alice', next = ''): Promise<Answer> {
    await this.get('/hub/sign-in');
    return this.post('/hub/sign-in', { name, password, next });
  }

  async #ask(path: string, message: Message): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...this.headers, ...message.headers, ...(cookie === '' ? {} : { cookie }) };
    const answer = await this.hub.ask(path, { ...message, headers });
    for (const line of answer.headers['set-cookie'] ?? []) {
      this.#keepCookie(line);
    }
    this.#token = /name="_xsrf" value="([^"]+)"/.exec(answer.text)?.[1] ?? this.#token;
    return answer;
  }

  #keepCookie(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    this.setCookies.push(line);
    if (line.includes('Max-Age=0')) {
      this.cookies.delete(name);
    } else {
      this.cookies.set(name, value);
    }
  }
}
