import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { ProgressBody, ServerDetailBody } from '../../src/api/shapes/server-shape.js';
import type { NodeTypeBody, SiteDetailBody } from '../../src/api/shapes/site-shape.js';
import { nodeType, site, template } from './examples.js';
import { answerKernel } from './fake-kernel.js';

export const FAKE_TOKEN = 'a-token-of-the-fake-hub';

/** Answers in the place of the fake hub. @returns false: it shall answer itself after all */
type Instead = (request: IncomingMessage, response: ServerResponse) => boolean | undefined;

interface FakeServer {
  state: ServerDetailBody['state'];
  readonly unreachable?: ServerDetailBody['unreachable'];
}

/** What becomes of a server by itself. */
const NEXT: Readonly<Record<FakeServer['state'], FakeServer['state']>> = {
  requested: 'submitted',
  submitted: 'queued',
  queued: 'starting',
  starting: 'ready',
  ready: 'ready',
  stopping: 'ended',
  ended: 'ended',
};

/**
 * NOT A HUB. It pretends to be one for the tests of the client, and can do what a real one does at rare times only: stay
 * silent, break off, answer nonsense. That the client and the real hub go together is shown in test/smoke.
 */
export class FakeHub {
  readonly servers = new Map<string, FakeServer>();
  /** All that was asked for: method and path. */
  readonly asked: string[] = [];
  /** How many were there at once, at most. */
  mostAtOnce = 0;
  /** The state in which a server stays for ever. */
  stuckIn: ServerDetailBody['state'] | undefined;
  /** What is in the way of a server, for as long as it is not ready. */
  unreachable: ServerDetailBody['unreachable'] = null;
  /** Why a folder was left on the site. */
  logProblem: string | null = null;
  nodeTypes: NodeTypeBody[] = [nodeType('batch')];
  site: Partial<SiteDetailBody> = {};
  scopes = ['servers', 'read:sites'];
  instead: Instead | undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #kernels = new WebSocketServer({ server: this.#server });

  async start(): Promise<URL> {
    this.#kernels.on('connection', answerKernel);
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    for (const client of this.#kernels.clients) {
      client.terminate();
    }
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** Whether the server that was started first has been asked to stop. */
  get isStopAsked(): boolean {
    return this.asked.some((line) => line.startsWith('DELETE /hub/api/users/alice/servers/smoke-'));
  }

  /** The servers that have not ended. */
  get living(): string[] {
    return [...this.servers].flatMap(([name, { state }]) => (state === 'ended' ? [] : [name]));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${request.url}`);
    if (this.instead?.(request, response)) {
      return;
    }
    const path = request.url ?? '';
    const [, name = '', what = ''] = /^\/hub\/api\/users\/alice\/servers\/([^/]+)(.*)$/.exec(path) ?? [];
    if (name !== '') {
      await this.#answerOfServer(request, response, { name, what });
    } else if (path.startsWith('/user/alice/')) {
      this.#answerAsJupyter(path, response);
    } else {
      this.#answerOfSite(path, response);
    }
  }

  #answerOfSite(path: string, response: ServerResponse): void {
    const { name, title, scheduler, account } = site([]);
    const living = Object.fromEntries(this.living.map((one) => [one, this.#describe(one)]));
    const answers: Record<string, unknown> = {
      '/hub/api': { version: '0.0.0-fake' },
      '/hub/api/user': {
        kind: 'user',
        name: 'alice',
        admin: false,
        scopes: this.scopes,
        servers: living,
        mostServers: 10,
      },
      '/hub/api/sites': [{ name, title, scheduler, account }],
      '/hub/api/sites/jureca': site(this.nodeTypes, this.site),
      '/hub/api/templates': [template('lab')],
    };
    const answer = answers[path];
    reply(response, answer === undefined ? 404 : 200, answer ?? refuse('not-found', 'There is no such thing.'));
  }

  async #answerOfServer(
    { method }: IncomingMessage,
    response: ServerResponse,
    { name, what }: { name: string; what: string },
  ): Promise<void> {
    if (method === 'POST' && what === '') {
      this.servers.set(name, { state: 'requested' });
      this.mostAtOnce = Math.max(this.mostAtOnce, this.living.length);
      return reply(response, 202, this.#describe(name));
    }
    const server = this.servers.get(name);
    if (server === undefined) {
      return reply(response, 404, refuse('not-found', `There is no server called ${name}.`));
    }
    if (method === 'DELETE') {
      server.state = server.state === 'ended' ? 'ended' : 'stopping';
      return reply(response, 202, this.#describe(name));
    }
    if (what === '/progress') {
      return this.#stream(name, server, response);
    }
    if (what === '/pass') {
      const url = `/user/alice/${name}/`;
      return reply(response, 200, { token: 'p', cookieName: 'c', url, expiresAt: '2026-01-01T00:00:00.000Z' });
    }
    reply(response, 200, this.#describe(name));
  }

  async #stream(name: string, server: FakeServer, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    while (!response.destroyed) {
      const body: ProgressBody = {
        progress: 50,
        message: '',
        ready: server.state === 'ready',
        failed: false,
        isEnded: server.state === 'ended',
        server: this.#describe(name),
      };
      response.write(`data: ${JSON.stringify(body)}\n\n`);
      if (body.isEnded) {
        response.end();
        return;
      }
      await delay(10);
      if (server.state !== this.stuckIn) {
        server.state = NEXT[server.state];
      }
    }
  }

  #describe(name: string): ServerDetailBody {
    const { state } = this.servers.get(name) ?? { state: 'ended' };
    const isEnded = state === 'ended';
    return {
      name,
      id: name,
      site: 'jureca',
      template: 'lab',
      choices: {},
      state,
      ready: state === 'ready',
      stopped: isEnded,
      placeInLine: null,
      pending: null,
      url: null,
      progress_url: '',
      started: '2026-01-01T00:00:00.000Z',
      jobId: state === 'requested' ? null : '17',
      node: ['starting', 'ready'].includes(state) ? 'cn1' : null,
      readyAt: null,
      expectedStartAt: null,
      endsAt: null,
      endedAt: null,
      idle: null,
      waits: null,
      reason: isEnded ? { code: 'stopped', detail: 'stopped', values: {}, message: 'It was stopped.' } : null,
      unreachable: isEnded ? null : this.unreachable,
      exitCode: null,
      logTail: isEnded ? 'the last line\n' : null,
      logProblem: isEnded ? this.logProblem : null,
      events: [],
    };
  }

  #answerAsJupyter(path: string, response: ServerResponse): void {
    const [, name = '', what] = /^\/user\/alice\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (this.servers.get(name)?.state !== 'ready') {
      reply(response, 503, { code: 'server-not-running' });
    } else if (what === 'api/kernels') {
      reply(response, 201, { id: 'k1' });
    } else {
      reply(response, 200, { started: '2026-01-01T00:00:00.000Z', kernels: 0 });
    }
  }
}

/** An answer as JSON. */
export function reply(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}

/** What a hub says when it refuses. */
export function refuse(code: string, message: string): unknown {
  return { error: { code, message } };
}
