import { z } from 'zod';
import { askUrl, readText } from '../ask-url.js';
import type { CaseRoom, OpenWay } from '../case-room.js';
import { HubRefused, pause } from '../hub-client.js';
import { readJson } from '../read-json.js';
import { SmokeFailure } from '../smoke-error.js';

const AGAIN_MS = 500;
const MOST_REDIRECTS = 5;
/** The way to a server that is just ready may be opened again a moment later. */
const TRANSIENT = [502, 503, 504];

/** What a Jupyter server says of itself (https://jupyter-server.readthedocs.io/en/latest/developers/rest-api.html). */
const statusShape = z.looseObject({ started: z.string(), kernels: z.number() });

/** Passes the gate and asks the server through the public proxy, as everybody does. */
export async function openServer(room: CaseRoom): Promise<OpenWay> {
  const { clock } = room;
  clock.enter('open');
  const pass = await askPass(room);
  const way = { url: new URL(pass.url, room.hub.url), headers: { authorization: `token ${pass.token}` } };
  const isJupyter = await asksAsJupyter(room, way);
  if (!isJupyter) {
    await askPage(room, way);
  }
  clock.note(isJupyter ? 'Jupyter answers' : 'not a Jupyter server, answered 200');
  return { ...way, isJupyter };
}

async function askPass({ hub, clock, server }: CaseRoom) {
  for (;;) {
    try {
      return await hub.pass(server, clock.signal);
    } catch (error) {
      if (!(error instanceof HubRefused && error.isTransient)) {
        throw error;
      }
      clock.describeWait = () => error.message;
      await pause(AGAIN_MS, clock.signal);
    }
  }
}

type Way = Omit<OpenWay, 'isJupyter'>;

async function asksAsJupyter(room: CaseRoom, way: Way): Promise<boolean> {
  const { status, text } = await ask(room, way, new URL('api/status', way.url));
  return status === 200 && statusShape.safeParse(readJson(text)).success;
}

/** Any other program: its own page must answer 200, wherever below its path it leads us. */
async function askPage(room: CaseRoom, way: Way): Promise<void> {
  let url = way.url;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const { status, location } = await ask(room, way, url);
    if (status === 200) {
      return;
    }
    if (location === null) {
      throw new SmokeFailure(`Through the proxy ${url.pathname} answered ${status}, where 200 was expected.`);
    }
    url = new URL(location, url);
    if (url.origin !== way.url.origin || !url.pathname.startsWith(way.url.pathname)) {
      throw new SmokeFailure(`Through the proxy the server sends us elsewhere, to ${url.origin}${url.pathname}.`);
    }
  }
  throw new SmokeFailure(`Through the proxy the server redirects us more than ${MOST_REDIRECTS} times.`);
}

async function ask({ clock }: CaseRoom, { headers }: Way, url: URL) {
  for (;;) {
    const answer = await askUrl(url, { headers: { ...headers, accept: 'application/json' }, signal: clock.signal });
    const text = await readText(answer, clock.signal);
    if (!TRANSIENT.includes(answer.status)) {
      return { status: answer.status, location: answer.location, text };
    }
    clock.describeWait = () => `The proxy answers ${answer.status} to ${url.pathname}.`;
    await pause(AGAIN_MS, clock.signal);
  }
}
