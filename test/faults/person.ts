import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import type { ServerDetailBody } from '../../packages/hub/src/api/shapes/server-shape.js';
import { JUHUB } from '../harness/juhub-folder.js';
import type { JuhubParts } from './juhub-parts.js';

/** What the light program says of itself. */
export interface Alive {
  /** Made up when the program started: another one means another program. */
  readonly boot: string;
}

/** What the hub's API tells of a server, as far as the faults look at it. */
export type ApiServer = Pick<ServerDetailBody, 'id' | 'state' | 'node' | 'placeInLine' | 'unreachable'>;

export type Choices = Readonly<Record<string, string | number>>;

/** A user of the hub who works by the REST API, with a token that outlives every restart. */
export class Person {
  private constructor(
    private readonly juhub: JuhubParts,
    readonly name: string,
    private readonly token: string,
  ) {}

  static async enter(juhub: JuhubParts, name: string): Promise<Person> {
    const words = [JUHUB, 'token', 'add', name, '--label', 'faults', '--config', juhub.made.configFile];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    return new Person(juhub, name, stdout.trim());
  }

  /** Asks for a server. @throws what stands in the way; the hub may have died of it */
  async start(server: string, choices: Choices): Promise<ApiServer> {
    const body = JSON.stringify({ site: 'cluster', template: 'light', choices });
    const response = await this.#call('POST', this.#pathOf(server), body);
    return (await read(response, [202])) as ApiServer;
  }

  async stop(server: string): Promise<void> {
    await read(await this.#call('DELETE', this.#pathOf(server)), [202, 204]);
  }

  async look(server: string): Promise<ApiServer> {
    return (await read(await this.#call('GET', this.#pathOf(server)), [200])) as ApiServer;
  }

  /** A request to the program itself, through proxy, gate and tunnel. */
  async ask(server: string, path: string): Promise<Response> {
    return fetch(`${this.juhub.url}/user/${this.name}/${server}/${path}`, {
      headers: { authorization: `token ${await this.pass(server)}` },
      signal: AbortSignal.timeout(10_000),
    });
  }

  /** A WebSocket of the program, on which it counts: a number ten times a second. */
  async count(server: string): Promise<WebSocket> {
    const url = `${this.juhub.url.replace('http', 'ws')}/user/${this.name}/${server}/socket`;
    const socket = new WebSocket(url, { headers: { authorization: `token ${await this.pass(server)}` } });
    await once(socket, 'open');
    return socket;
  }

  /** What the program says of itself. @throws when it does not answer */
  async askAlive(server: string): Promise<Alive> {
    return (await read(await this.ask(server, 'api/status'), [200])) as Alive;
  }

  /** What lets this person through the gate to a server. */
  async pass(server: string): Promise<string> {
    const answer = await read(await this.#call('POST', `${this.#pathOf(server)}/pass`), [200]);
    return (answer as { token: string }).token;
  }

  #pathOf(server: string): string {
    return `/users/${this.name}/servers/${server}`;
  }

  #call(method: string, path: string, body?: string): Promise<Response> {
    return fetch(`${this.juhub.url}/hub/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(20_000),
      ...(body === undefined ? {} : { body }),
    });
  }
}

async function read(response: Response, wanted: readonly number[]): Promise<unknown> {
  const text = await response.text();
  if (!wanted.includes(response.status)) {
    throw new Error(`${response.url} answered ${response.status}: ${text.slice(0, 500)}`);
  }
  return text === '' ? undefined : JSON.parse(text);
}
