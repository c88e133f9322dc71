import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { errorShape } from '../api/shapes/error-shape.js';
import { passShape } from '../api/shapes/pass-shape.js';
import {
  type ProgressBody,
  progressShape,
  type ServerDetailBody,
  serverDetailShape,
} from '../api/shapes/server-shape.js';
import { type SiteBody, type SiteDetailBody, siteDetailShape, siteShape } from '../api/shapes/site-shape.js';
import { type TemplateBody, templateShape } from '../api/shapes/template-shape.js';
import { type UserBody, userShape } from '../api/shapes/user-shape.js';
import { versionShape } from '../api/shapes/version-shape.js';
import { type Answer, askUrl, type Question, readText } from './ask-url.js';
import { readEvents } from './read-events.js';
import { readJson } from './read-json.js';
import { readShape } from './read-shape.js';
import { SmokeFailure } from './smoke-error.js';

const AGAIN_MS = 1_000;
/** The hub says something every 15 seconds; a stream that is silent for so long is dead. */
const SILENT_MS = 45_000;

/** The hub did not do what was asked; the message is its own. */
export class HubRefused extends SmokeFailure {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'HubRefused';
  }

  /** Whether asking again may help without anybody mending anything. */
  get isTransient(): boolean {
    return this.status >= 500 || this.status === 429;
  }
}

/** Whether asking again may help; else the error is to be thrown on. */
export function mayPass(error: unknown): error is SmokeFailure {
  return error instanceof SmokeFailure && !(error instanceof HubRefused && !error.isTransient);
}

/** The REST API of a hub, as any client has it: an address and a token. */
export class HubClient {
  constructor(
    readonly url: URL,
    private readonly token: string,
  ) {}

  async version(signal: AbortSignal): Promise<string> {
    return (await this.#ask('', { signal }, versionShape)).version;
  }

  user(signal: AbortSignal): Promise<UserBody> {
    return this.#ask('/user', { signal }, userShape);
  }

  sites(signal: AbortSignal): Promise<SiteBody[]> {
    return this.#ask('/sites', { signal }, siteShape.array());
  }

  site(name: string, signal: AbortSignal): Promise<SiteDetailBody> {
    return this.#ask(`/sites/${encodeURIComponent(name)}`, { signal }, siteDetailShape);
  }

  templates(signal: AbortSignal): Promise<TemplateBody[]> {
    return this.#ask('/templates', { signal }, templateShape.array());
  }

  async start(server: ServerRef, json: unknown, signal: AbortSignal): Promise<void> {
    await this.#ask(pathOf(server), { method: 'POST', json, signal });
  }

  server(server: ServerRef, signal: AbortSignal): Promise<ServerDetailBody> {
    return this.#ask(pathOf(server), { signal }, serverDetailShape);
  }

  async stop(server: ServerRef, signal: AbortSignal): Promise<void> {
    await this.#ask(pathOf(server), { method: 'DELETE', signal });
  }

  pass(server: ServerRef, signal: AbortSignal): Promise<z.infer<typeof passShape>> {
    return this.#ask(`${pathOf(server)}/pass`, { method: 'POST', signal }, passShape);
  }

  /**
   * What becomes of a server, until it has ended. A stream that breaks off is taken up again for as long as the signal
   * lets it: a hub may be restarted meanwhile.
   *
   * @param onTrouble told why there is no stream just now; undefined: there is one
   * @throws HubRefused when the hub says that there is no such server, or that the token does not count
   */
  async *follow(
    server: ServerRef,
    signal: AbortSignal,
    onTrouble: (why: string | undefined) => void = () => {},
  ): AsyncGenerator<ProgressBody, void> {
    for (;;) {
      try {
        for await (const progress of this.#stream(server, signal)) {
          onTrouble(undefined);
          yield progress;
          if (progress.isEnded) {
            return;
          }
        }
      } catch (error) {
        signal.throwIfAborted();
        if (!mayPass(error)) {
          throw error;
        }
        onTrouble(error.message);
      }
      await pause(AGAIN_MS, signal);
    }
  }

  async *#stream(server: ServerRef, signal: AbortSignal): AsyncGenerator<ProgressBody, void> {
    const { body } = await this.#send(`${pathOf(server)}/progress`, { signal });
    const watch = setTimeout(() => body.destroy(), SILENT_MS);
    try {
      for await (const data of readEvents(tap(body, () => watch.refresh()))) {
        yield readShape(progressShape, parseJson(data));
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof SmokeFailure
        ? error
        : new SmokeFailure('The stream of the server’s events broke off.', { cause: error });
    } finally {
      clearTimeout(watch);
    }
  }

  async #ask(path: string, question: Question): Promise<void>;
  async #ask<Shape extends z.ZodType>(path: string, question: Question, shape: Shape): Promise<z.output<Shape>>;
  async #ask(path: string, question: Question, shape?: z.ZodType): Promise<unknown> {
    const answer = await this.#send(path, question);
    const text = await readText(answer, question.signal);
    return shape === undefined ? undefined : readShape(shape, parseJson(text));
  }

  /** @throws HubRefused for an answer that is no success */
  async #send(path: string, question: Question): Promise<Answer> {
    const headers = { authorization: `Bearer ${this.token}`, ...(question.headers ?? {}) };
    const answer = await askUrl(new URL(`/hub/api${path}`, this.url), { ...question, headers });
    const isGood = answer.status >= 200 && answer.status < 300;
    if (isGood) {
      return answer;
    }
    throw explainRefusal(answer, await readText(answer, question.signal));
  }
}

/** Whose server, and its name. */
export interface ServerRef {
  readonly user: string;
  readonly name: string;
}

/** Waits. @throws the reason of the signal */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}

function pathOf({ user, name }: ServerRef): string {
  return `/users/${encodeURIComponent(user)}/servers/${encodeURIComponent(name)}`;
}

function explainRefusal({ status, location }: Answer, text: string): HubRefused {
  if (location !== null) {
    return new HubRefused(`It sends us elsewhere (${status} to ${location}). Is that the hub’s own address?`, status);
  }
  const body = errorShape.safeParse(readJson(text));
  if (!body.success) {
    return new HubRefused(`It answered ${status}, and not as a juhub does. Is the address right?`, status);
  }
  const { message, problems = [], reference } = body.data.error;
  const fields = problems.map((problem) => `\n${problem.field}: ${problem.message}`).join('');
  const words = problems.length > 0 ? `The hub refused:${fields}` : message;
  return new HubRefused(reference === undefined ? words : `${words} (reference ${reference})`, status);
}

function parseJson(text: string): unknown {
  const value = readJson(text);
  if (value === undefined) {
    throw new SmokeFailure('What answered is no juhub: its answer is no JSON. Is the address right?');
  }
  return value;
}

async function* tap<T>(chunks: AsyncIterable<T>, onChunk: () => void): AsyncGenerator<T, void> {
  for await (const chunk of chunks) {
    onChunk();
    yield chunk;
  }
}
