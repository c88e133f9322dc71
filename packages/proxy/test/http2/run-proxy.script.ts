/**
 * A proxy that speaks HTTP/2, in a process of its own (see `support/proxy-process.ts`): its options are the JSON of the
 * first argument, and what it holds it says whenever its parent asks.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { queryObjects } from 'node:v8';
import { type ProxyOptions, startProxy } from '../../src/index.js';
import { ClientSession } from '../../src/public/http2/client-session.js';
import { Http2Request } from '../../src/public/http2/http2-request.js';
import { readHeldBytes } from '../support/memory.js';
import type { Answered, Held } from '../support/proxy-process.js';
import { serverPair } from '../support/start-command.js';

const handleKinds = ['TLSWrap', 'TCPSocketWrap', 'TCPServerWrap', 'PipeWrap'];

const [given = ''] = process.argv.slice(2);
const logged: Record<string, number> = {};
const note = (_fields: object, message: string): void => {
  logged[message] = (logged[message] ?? 0) + 1;
};
const options: ProxyOptions = JSON.parse(given);
const proxy = await startProxy({
  ...options,
  tls: serverPair,
  log: { debug: note, info: note, warn: note, error: note },
});
const delays = monitorEventLoopDelay({ resolution: 10 });
delays.enable();

function readHandles(): Held['handles'] {
  const handles: Held['handles'] = {};
  const kinds = process.getActiveResourcesInfo();
  for (const kind of handleKinds) handles[kind] = kinds.filter((each) => each === kind).length;
  return handles;
}

/** Whatever the proxy has of a connection or a stream would hold one of these. */
function countObjects(): Held['objects'] {
  return { sessions: queryObjects(ClientSession), streams: queryObjects(Http2Request) } as Held['objects'];
}

process.on('message', () => {
  const answered: Answered = {
    held: { load: proxy.load(), handles: readHandles(), objects: countObjects() },
    bytes: readHeldBytes(),
    longestBlockMs: delays.max / 1e6,
    logged,
  };
  delays.reset();
  process.send?.(answered);
});
process.once('disconnect', () => process.exit());
process.send?.('port' in proxy.address ? proxy.address.port : 0);
