import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { checkRequestHead } from '../../src/forward/admission.js';
import { readRequestHead } from '../../src/headers/request-head.js';
import { readHttp2Head } from '../../src/public/http2/read-http2-head.js';
import { readRequestPath } from '../../src/routes/request-path.js';
import { startBackend } from '../support/backend.js';
import { flags, frame, plainHead, postHead, RawHttp2 } from '../support/raw-http2.js';
import { serverPair } from '../support/start-command.js';
import { startTestProxy } from '../support/test-proxy.js';

async function startHouse(answer?: RequestListener) {
  const backend = await startBackend(answer);
  const { port, client } = await startTestProxy({ tls: serverPair });
  await client.addRoute('/', { target: backend.target });
  return { backend, raw: await RawHttp2.open(port) };
}

type Fields = [string, string][];
const but = (name: string, ...values: string[]): Fields =>
  plainHead.flatMap(([key, value]): Fields => (key === name ? values.map((other) => [key, other]) : [[key, value]]));
const and = (...more: Fields): Fields => [...(plainHead as Fields), ...more];

/** What stands behind the library: our own reading, and the checks that are the same for HTTP/1.1. */
function readAlone(fields: Fields): void {
  const head = readHttp2Head(fields.flat(), true, { headerBytes: 65_536 });
  if (head.fault !== undefined) throw head.fault;
  checkRequestHead({ httpVersion: '1.1', method: head.method }, readRequestHead(head.rawHeaders));
  readRequestPath(head.url);
}

test.each<[string, Fields]>([
  ['a name in capitals', and(['X-A', 'b'])],
  ['transfer-encoding', and(['transfer-encoding', 'chunked'])],
  ['connection', and(['connection', 'x-a'])],
  ['keep-alive', and(['keep-alive', '5'])],
  ['proxy-connection', and(['proxy-connection', 'keep-alive'])],
  ['upgrade', and(['upgrade', 'websocket'])],
  ['te other than trailers', and(['te', 'gzip'])],
  ['a length without a body', and(['content-length', '5'])],
  ['two lengths', and(['content-length', '0'], ['content-length', '0'])],
  ['a signed length', and(['content-length', '+0'])],
  ['a list of lengths', and(['content-length', '0, 0'])],
  ['no method', but(':method')],
  ['two methods', but(':method', 'GET', 'POST')],
  ['a blank in the method', but(':method', 'GET /x')],
  ['a line break in the method', but(':method', 'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET')],
  ['a method that HTTP/1.1 does not know', but(':method', 'get')],
  ['no path', but(':path')],
  ['an empty path', but(':path', '')],
  ['two paths', but(':path', '/', '/x')],
  ['a blank in the path', but(':path', '/ HTTP/1.1')],
  ['a line break in the path', but(':path', '/ HTTP/1.1\r\nhost: a\r\n\r\n')],
  ['an absolute path', but(':path', 'https://other/')],
  ['a path without a slash', but(':path', 'x')],
  ['a path that is an asterisk', but(':path', '*')],
  ['no scheme', but(':scheme')],
  ['two schemes', but(':scheme', 'https', 'https')],
  ['another scheme', but(':scheme', 'http')],
  ['a line break in the scheme', but(':scheme', 'https\r\nx-a: b')],
  ['no host at all', but(':authority')],
  ['two authorities', but(':authority', 'a', 'b')],
  ['a user in the authority', but(':authority', 'user@hub.example.org')],
  ['a line break in the authority', but(':authority', 'a\r\nx-a: b')],
  ['a path in the authority', but(':authority', 'a/b')],
  ['a host that is not the authority', and(['host', 'other.example.org'])],
  ['two hosts', [...but(':authority'), ['host', 'a'], ['host', 'a']]],
  ['a pseudo header of answers', [...but(''), [':status', '200']]],
  ['an unknown pseudo header', [...but(''), [':x', 'y']]],
  ['a pseudo header behind others', [['x-a', 'b'], ...but('')]],
  [
    'CONNECT',
    [
      [':method', 'CONNECT'],
      [':authority', 'hub.example.org:443'],
    ],
  ],
  ['TRACE', but(':method', 'TRACE')],
  ['a protocol without CONNECT', [...but(''), [':protocol', 'websocket']]],
])('A request with %s is refused, and nothing of it reaches a target.', async (_what, fields) => {
  const { backend, raw } = await startHouse();
  raw.sendHead(1, fields);
  const how = await raw.waitForRefusal(1);
  expect(how).toMatch(/^(?:400|405|reset 1|goaway 1)$/);
  expect(backend.connections).toBe(0);
  expect(() => readAlone(fields)).toThrow(); // should the library ever let it through
});

test.each<[string, Fields]>([
  ['a line break in a value', and(['x-a', 'b\r\ntransfer-encoding: chunked'])],
  ['a line feed in a value', and(['x-a', 'b\nx-c: d'])],
  ['a carriage return in a value', and(['x-a', 'b\rc'])],
  ['a NUL in a value', and(['x-a', 'b\0c'])],
  ['a blank before a value', and(['x-a', ' b'])],
  ['a line break in a name', and(['x-a: b\r\nx-c', 'd'])],
  ['a colon in a name', and(['x-a:b', 'c'])],
  ['a blank in a name', and(['x-a ', 'b'])],
  ['an empty name', and(['', 'b'])],
  ['an octet beyond ASCII in a name', and(['x-\xe4', 'b'])],
])('Of a request with %s nothing of that reaches a target, and there is one request.', async (_what, fields) => {
  const { backend, raw } = await startHouse();
  raw.sendHead(1, fields);
  // The library drops such a header before anybody sees it.
  expect(await raw.waitForRefusal(1)).toBe('200');
  expect(() => readAlone(fields)).toThrow(); // should it ever let it through
  expect(backend.seen).toHaveLength(1);
  const names = backend.seen[0]?.headers.map(([name]) => name.toLowerCase());
  expect(names).toEqual(['host', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-for']);
});

test.each([
  ['more than was promised', 'abcdef', true],
  ['less than was promised', 'a', true],
  ['more than was promised, with more to come', 'abcdef', false],
  ['nothing, although something was promised', '', true],
])('A body of %s resets the stream, and the target never sees a finished request.', async (_what, body, ended) => {
  const { backend, raw } = await startHouse((request, response) => void request.on('end', () => response.end()));
  const broken = new Promise((resolve) => backend.server.once('request', (request) => request.once('close', resolve)));
  raw.sendHead(1, [...postHead, ['content-length', '3']], false);
  await expect.poll(() => backend.connections).toBe(1);
  raw.send(frame('data', 1, Buffer.from(body), ended ? flags.endStream : 0));
  expect(await raw.waitForRefusal(1)).toMatch(/^(?:reset|goaway) 1$/);
  await broken;
  expect(backend.seen).toEqual([]);
});
