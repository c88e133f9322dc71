import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startRawBackend } from './support/backend.js';
import { RawClient, sendRaw, statusOf } from './support/raw-client.js';
import { startTestProxy } from './support/test-proxy.js';

/** How a backend sends its bytes: at once, or each by itself. */
const ways: [string, (bytes: string) => string[]][] = [
  ['at once', (bytes) => [bytes]],
  ['byte by byte', (bytes) => [...bytes]],
];

interface House {
  port: number;
  connections: () => number;
  /** What the target was asked, one text for each request. */
  asked: string[];
}

/** A target that answers `/good` well and everything else with these bytes; `then` says what it does after them. */
async function startOdd(parts: string[], then: 'wait' | 'end' | 'reset' = 'wait'): Promise<House> {
  const asked: string[] = [];
  const backend = await startRawBackend((socket) => {
    socket.on('data', async (request) => {
      asked.push(request.toString('latin1'));
      if (request.includes(' /good ')) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood');
        return;
      }
      for (const part of parts) {
        socket.write(part, 'latin1');
        if (parts.length > 1) await new Promise((resolve) => setImmediate(resolve));
      }
      if (then === 'end') socket.end();
      if (then === 'reset') setTimeout(() => socket.resetAndDestroy(), 20);
    });
  });
  const { port, client } = await startTestProxy();
  await client.addRoute('/', { target: backend.target });
  return { port, asked, connections: () => backend.sockets.length };
}

const get = (path: string, method = 'GET'): string => `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const getLast = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;

const body = 'hello';
const ok = 'HTTP/1.1 200 OK\r\n';
const chunked = `${ok}Transfer-Encoding: chunked\r\n`;
const secret = 'do-not-tell';

const refused: [string, string][] = [
  ['two equal lengths', `${ok}Content-Length: 5\r\nContent-Length: 5\r\n\r\n${secret}`],
  ['two different lengths', `${ok}Content-Length: 1\r\nContent-Length: 5\r\n\r\n${secret}`],
  ['a list of lengths', `${ok}Content-Length: 5, 5\r\n\r\n${secret}`],
  ['a signed length', `${ok}Content-Length: +5\r\n\r\n${secret}`],
  ['a negative length', `${ok}Content-Length: -5\r\n\r\n${secret}`],
  ['a hexadecimal length', `${ok}Content-Length: 0x5\r\n\r\n${secret}`],
  ['a length with a space in it', `${ok}Content-Length: 1 1\r\n\r\n${secret}`],
  ['a length with a vertical tab', `${ok}Content-Length: \x0b5\r\n\r\n${secret}`],
  ['an empty length', `${ok}Content-Length:\r\n\r\n${secret}`],
  ['a length beyond 2^53', `${ok}Content-Length: 99999999999999999\r\n\r\n${secret}`],
  ['a length and chunks', `${chunked}Content-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n`],
  ['a compressed coding before chunked', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ['chunked listed twice', `${ok}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`],
  ['chunked in two headers', `${chunked}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['chunked that is not last', `${ok}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
  ['another coding', `${ok}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
  ['identity as its coding', `${ok}Transfer-Encoding: identity\r\n\r\n${secret}`],
  ['an empty coding', `${ok}Transfer-Encoding:\r\n\r\n${secret}`],
  ['a vertical tab before chunked', `${ok}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a folded header', `${ok}X: a\r\n b\r\nContent-Length: 5\r\n\r\nhello`],
  ['a folded length', `${ok}Content-Length:\r\n 5\r\n\r\nhello`],
  ['a fold behind its status line', `${ok} X: a\r\nContent-Length: 5\r\n\r\nhello`],
  ['white space before the colon', `${ok}Content-Length : 5\r\n\r\nhello`],
  ['a header without a colon', `${ok}Content-Length 5\r\n\r\nhello`],
  ['a header without a name', `${ok}: 5\r\n\r\nhello`],
  ['a header whose name has a space', `${ok}X Y: 5\r\n\r\nhello`],
  ['a header whose name is not ASCII', `${ok}X\xe4: 5\r\n\r\nhello`],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n'],
  ['one bare line feed', `${ok}X: a\nContent-Length: 5\r\n\r\nhello`],
  ['a bare carriage return', `${ok}X: a\rContent-Length: 5\r\n\r\nhello`],
  ['a doubled carriage return', `${ok}X: a\r\r\nContent-Length: 5\r\n\r\nhello`],
  ['a NUL', `${ok}X: a\0b\r\nContent-Length: 5\r\n\r\nhello`],
  ['a DEL', `${ok}X: a\x7fb\r\nContent-Length: 5\r\n\r\nhello`],
  ['an empty line at its start', `\r\n${ok}Content-Length: 5\r\n\r\nhello`],
  ['HTTP/2 on its status line', 'HTTP/2.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['HTTP/1.2 on its status line', 'HTTP/1.2 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['http in lower case', 'http/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['two spaces before its status', 'HTTP/1.1  200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['a tab before its status', 'HTTP/1.1\t200 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['no status', 'HTTP/1.1 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['a status under 100', 'HTTP/1.1 099 OK\r\nContent-Length: 5\r\n\r\nhello'],
  ['another protocol', `${secret}\r\n`],
  ['a switch of protocols nobody asked for', 'HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n'],
  ['announcements without end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(100)],
  ['a head of 100 KB', `${ok}X: ${'a'.repeat(100_000)}\r\n\r\n`],
];

/** The long ones as a hundred pieces: byte by byte takes minutes. */
const split = (bytes: string): string[] =>
  bytes.length < 5000 ? [...bytes] : (bytes.match(/[\s\S]{1,1000}/g) as string[]);

test.each(refused)(
  'An answer with %s is a 502 however it comes, and no byte of it is passed on.',
  async (_what, bytes) => {
    for (const parts of [[bytes], split(bytes)]) {
      const { port, connections } = await startOdd(parts);
      const raw = await RawClient.open(port);
      raw.send(get('/odd'));
      const first = await raw.waitFor(/"bad-answer"[^}]*\}\}$/);
      expect(statusOf(first.replace(/^(?:HTTP\/1\.1 102 Processing\r\n\r\n)+/, ''))).toBe(502);
      expect(first).not.toContain(secret);
      raw.send(get('/good'));
      await raw.waitFor(/good$/);
      expect(raw.text.match(/HTTP\/1\.1 (?!102)\d+/g)).toEqual(['HTTP/1.1 502', 'HTTP/1.1 200']);
      expect(connections()).toBe(2); // the odd one was not used again
    }
  },
);

/** The client sees the beginning; then it must see that the rest is missing. */
const broken: [string, string, 'wait' | 'end' | 'reset'][] = [
  ['a size that is no number', `${chunked}\r\n5\r\nhello\r\nzz\r\n`, 'wait'],
  ['a size with 0x', `${chunked}\r\n5\r\nhello\r\n0x3\r\nabc\r\n0\r\n\r\n`, 'wait'],
  ['a signed size', `${chunked}\r\n5\r\nhello\r\n+3\r\nabc\r\n0\r\n\r\n`, 'wait'],
  ['an empty size', `${chunked}\r\n5\r\nhello\r\n\r\n0\r\n\r\n`, 'wait'],
  ['a space before a size', `${chunked}\r\n5\r\nhello\r\n 3\r\nabc\r\n0\r\n\r\n`, 'wait'],
  ['a space behind a size', `${chunked}\r\n5\r\nhello\r\n3 \r\nabc\r\n0\r\n\r\n`, 'wait'],
  ['a size beyond 2^53', `${chunked}\r\n5\r\nhello\r\nfffffffffffffff\r\nabc`, 'wait'],
  ['a bare line feed behind a size', `${chunked}\r\n5\r\nhello\r\n3\nabc\r\n0\r\n\r\n`, 'wait'],
  ['a bare line feed behind a chunk', `${chunked}\r\n5\r\nhello\r\n3\r\nabc\n0\r\n\r\n`, 'wait'],
  ['a chunk longer than its size', `${chunked}\r\n5\r\nhello\r\n3\r\nabcd\r\n0\r\n\r\n`, 'wait'],
  ['a control character in an extension', `${chunked}\r\n5\r\nhello\r\n3;a=\x01\r\nabc\r\n0\r\n\r\n`, 'wait'],
  ['a bare carriage return in an extension', `${chunked}\r\n5\r\nhello\r\n3;a\rb\r\nabc\r\n0\r\n\r\n`, 'wait'],
  ['an extension of 10 KB', `${chunked}\r\n5\r\nhello\r\n3;${'a'.repeat(10_000)}\r\nabc\r\n0\r\n\r\n`, 'wait'],
  ['a folded trailer', `${chunked}\r\n5\r\nhello\r\n0\r\nX: a\r\n b\r\n\r\n`, 'wait'],
  ['a trailer without a colon', `${chunked}\r\n5\r\nhello\r\n0\r\nX\r\n\r\n`, 'wait'],
  ['a bare line feed in its trailers', `${chunked}\r\n5\r\nhello\r\n0\r\nX: a\n\r\n`, 'wait'],
  ['a NUL in its trailers', `${chunked}\r\n5\r\nhello\r\n0\r\nX: a\0\r\n\r\n`, 'wait'],
  ['trailers of 100 KB', `${chunked}\r\n5\r\nhello\r\n0\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`, 'wait'],
  ['an end in the middle of a chunk', `${chunked}\r\n5\r\nhello\r\n5\r\nhel`, 'end'],
  ['an end in the middle of a size', `${chunked}\r\n5\r\nhello\r\n1`, 'end'],
  ['an end before the last chunk', `${chunked}\r\n5\r\nhello\r\n`, 'end'],
  ['an end in its trailers', `${chunked}\r\n5\r\nhello\r\n0\r\nX: 1\r\n`, 'end'],
  ['an end before its length', `${ok}Content-Length: 10\r\n\r\nhello`, 'end'],
  ['a reset before its length', `${ok}Content-Length: 10\r\n\r\nhello`, 'reset'],
  ['a reset in a body that ends with the connection', `${ok}\r\nhello`, 'reset'],
];

test.each(broken)(
  'An answer with %s breaks the client’s connection off within a second.',
  async (_what, bytes, then) => {
    for (const parts of [[bytes], split(bytes)]) {
      const { port } = await startOdd(parts, then);
      const raw = await RawClient.open(port);
      raw.send(get('/odd'));
      await raw.waitFor(/h[\s\S]*e[\s\S]*l[\s\S]*l[\s\S]*o/); // byte by byte each one comes as a chunk of its own
      const start = Date.now();
      const text = await raw.waitForClose();
      expect(Date.now() - start).toBeLessThan(1000);
      expect(text).not.toMatch(/0\r\n(?:X: [\s\S]*)?\r\n$/);
      expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    }
  },
);

interface Taken {
  what: string;
  bytes: string;
  after?: 'end';
  method?: string;
  /** What the client must see: of the head, and as the body once chunks are taken off. */
  head?: RegExp;
  body?: string;
  /** Whether the connection to the target is used again. */
  kept: boolean;
}

const taken: Taken[] = [
  { what: 'a length', bytes: `${ok}Content-Length: 5\r\n\r\nhello`, kept: true },
  { what: 'a length with zeros before it', bytes: `${ok}Content-Length: 005\r\n\r\nhello`, kept: true },
  { what: 'a length of nothing', bytes: `${ok}Content-Length: 0\r\n\r\n`, body: '', kept: true },
  { what: 'blanks around its length', bytes: `${ok}Content-Length: \t 5 \t\r\n\r\nhello`, kept: true },
  { what: 'a length without a blank', bytes: `${ok}content-length:5\r\n\r\nhello`, kept: true },
  { what: 'chunks', bytes: `${chunked}\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`, kept: true },
  { what: 'CHUNKED', bytes: `${ok}Transfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, kept: true },
  { what: 'extensions on its chunks', bytes: `${chunked}\r\n5;a="b;c"\r\nhello\r\n0;last\r\n\r\n`, kept: true },
  { what: 'sizes with zeros', bytes: `${chunked}\r\n0005\r\nhello\r\n000\r\n\r\n`, kept: true },
  {
    what: 'a size in hexadecimal',
    bytes: `${chunked}\r\nA\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n`,
    body: '01234567890123456789a',
    kept: true,
  },
  { what: 'no chunk but the last', bytes: `${chunked}\r\n0\r\n\r\n`, body: '', kept: true },
  { what: 'trailers', bytes: `${chunked}\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n`, kept: true },
  { what: 'a body up to its end', bytes: `${ok}\r\nhello`, after: 'end', kept: false },
  { what: 'no body up to its end', bytes: `${ok}\r\n`, after: 'end', body: '', kept: false },
  { what: 'HTTP/1.0 and no length', bytes: 'HTTP/1.0 200 OK\r\n\r\nhello', after: 'end', kept: false },
  { what: 'HTTP/1.0 and a length', bytes: 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello', kept: false },
  { what: 'Connection: close', bytes: `${ok}Connection: Close\r\nContent-Length: 5\r\n\r\nhello`, kept: false },
  {
    what: 'close among other words',
    bytes: `${ok}Connection: x, close\r\nContent-Length: 5\r\n\r\nhello`,
    kept: false,
  },
  { what: 'no reason', bytes: 'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello', head: /^HTTP\/1\.1 200 /, kept: true },
  { what: 'an empty reason', bytes: 'HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello', kept: true },
  {
    what: 'octets beyond ASCII',
    bytes: `HTTP/1.1 200 \xe9t\xe9\r\nX: \xe4\t\xff\r\nContent-Length: 5\r\n\r\nhello`,
    head: /^HTTP\/1\.1 200 \xe9t\xe9\r\nX: \xe4\t\xff\r\n/,
    kept: true,
  },
  { what: 'an empty header', bytes: `${ok}X:\r\nContent-Length: 5\r\n\r\nhello`, head: /\r\nX: \r\n/, kept: true },
  { what: 'a status nobody knows', bytes: 'HTTP/1.1 799 X\r\nContent-Length: 5\r\n\r\nhello', kept: true },
  {
    what: 'announcements before it',
    bytes: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 P\r\nX: 1\r\n\r\n${ok}Content-Length: 5\r\n\r\nhello`,
    head: /HTTP\/1\.1 200/,
    kept: true,
  },
  { what: 'a length, to HEAD', bytes: `${ok}Content-Length: 5\r\n\r\n`, method: 'HEAD', body: '', kept: true },
  { what: 'chunks, to HEAD', bytes: `${chunked}\r\n`, method: 'HEAD', body: '', kept: true },
  { what: 'nothing said, to HEAD', bytes: `${ok}\r\n`, method: 'HEAD', body: '', kept: true },
  { what: 'status 204 and a length', bytes: 'HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n', body: '', kept: true },
  {
    what: 'status 204 and chunks',
    bytes: 'HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n',
    body: '',
    kept: true,
  },
  { what: 'status 304 and a length', bytes: 'HTTP/1.1 304 X\r\nContent-Length: 5\r\n\r\n', body: '', kept: true },
  {
    what: 'a Connection that names Content-Length',
    bytes: `${ok}Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello`,
    head: /\r\nContent-Length: 5\r\n/,
    kept: true,
  },
  { what: 'more than its length', bytes: `${ok}Content-Length: 5\r\n\r\nhello${ok}\r\n${secret}`, kept: false },
  { what: 'more than its last chunk', bytes: `${chunked}\r\n5\r\nhello\r\n0\r\n\r\n${ok}\r\n${secret}`, kept: false },
  { what: 'a body to HEAD', bytes: `${ok}Content-Length: 11\r\n\r\n${secret}`, method: 'HEAD', body: '', kept: false },
  { what: 'a body in spite of 204', bytes: `HTTP/1.1 204 X\r\n\r\n${secret}`, body: '', kept: false },
  { what: 'a body in spite of 304', bytes: `HTTP/1.1 304 X\r\n\r\n${secret}`, body: '', kept: false },
];

/** Everything behind the head, without chunks if it has some. */
function readBody(text: string): string {
  const at = text.indexOf('\r\n\r\n') + 4;
  const [head, rest] = [text.slice(0, at), text.slice(at)];
  if (!/transfer-encoding: chunked/i.test(head)) return rest;
  return rest.replace(/[0-9a-f]+\r\n([\s\S]*?)\r\n(?=[0-9a-f]+\r\n)/g, '$1').replace(/0\r\n(?:[^\r]*\r\n)*\r\n$/, '');
}

test.each(ways.flatMap(([way, cut]) => taken.map((each) => [each.what, way, cut, each] as const)))(
  'An answer with %s that comes %s is passed on as it is meant.',
  async (_what, _way, cut, { bytes, after, method = 'GET', head, body: expected = body, kept }) => {
    const { port, connections } = await startOdd(cut(bytes), after);
    const asking = get('/odd', method).replace('Host', 'Connection: close\r\nHost');
    const text = (await sendRaw(port, asking)).replace(/^(?:HTTP\/1\.1 10[02] \w+\r\n\r\n)+/, '');
    expect(readBody(text)).toBe(expected);
    expect(text).not.toContain(secret);
    if (head !== undefined) expect(text).toMatch(head);
    await delay(5); // what comes too much may come late
    expect(await sendRaw(port, getLast('/good'))).toMatch(/\r\n\r\ngood$/);
    expect(connections()).toBe(kept ? 1 : 2);
  },
);

test('An answer of any size arrives byte for byte, by length, in chunks and up to the end.', async () => {
  const pieces = Array.from({ length: 40 }, (_, index) => String.fromCharCode(65 + (index % 26)).repeat(index * 997));
  const whole = pieces.join('');
  const inChunks = pieces.filter(Boolean).map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`);
  for (const [bytes, then] of [
    [`${ok}Content-Length: ${whole.length}\r\n\r\n${whole}`, 'wait'],
    [`${chunked}\r\n${inChunks.join('')}0\r\n\r\n`, 'wait'],
    [`${ok}\r\n${whole}`, 'end'],
  ] as const) {
    const { port } = await startOdd(bytes.match(/[\s\S]{1,70000}/g) as string[], then);
    const text = await sendRaw(port, getLast('/odd').replace('1.1', '1.0')); // HTTP/1.0: no chunks to the client
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(whole);
  }
});
