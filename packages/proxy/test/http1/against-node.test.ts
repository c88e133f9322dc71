import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { RequestReader } from '../../src/public/http1/request-reader.js';
import { readRequestPath } from '../../src/routes/request-path.js';
import { mutate } from '../support/mutate.js';
import { createRandom } from '../support/random.js';

/** What a reader understood: a request, and its body as far as it came to an end. */
interface Understood {
  head: [method: string, url: string, httpVersion: string, rawHeaders: string[]];
  body?: string;
  trailers?: string[];
}

const headerBytes = 64 * 1024;
const messages = [
  'GET /x?a=b HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-Blank: \t b \t\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /y HTTP/1.1\r\nHost: b\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\nGET /y HTTP/1.1\r\n\r\n',
  'PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\na;b=c\r\n0123456789\r\n1\r\n\n\r\n00\r\n\r\n\r\nDELETE / HTTP/1.1\r\n\r\n',
  'PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\nHEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nGET /no HTTP/1.1\r\n\r\n',
  'OPTIONS /x HTTP/1.1\r\nConnection: close\r\n\r\nGET /no HTTP/1.1\r\n\r\n',
  'GET /b HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
  'GET /\r\n\r\n',
];

/** Node's parser takes such trailers for headers. The proxy passes none of them on. */
const framing = /^(?:connection|content-length|transfer-encoding|upgrade)$/i;

/** Node's strict parser. Of a connection all heads, and the bodies that are complete. */
async function readWithNode(bytes: Buffer): Promise<Understood[]> {
  const found: Understood[] = [];
  const note = (request: IncomingMessage): Understood => {
    const { method = '', url = '', httpVersion, rawHeaders } = request;
    const understood: Understood = { head: [method, url, httpVersion, rawHeaders] };
    found.push(understood);
    return understood;
  };
  const server = createServer({ requireHostHeader: false, maxHeaderSize: headerBytes, insecureHTTPParser: false });
  const take = (request: IncomingMessage, response: { end(): unknown }): void => {
    const understood = note(request);
    let body = '';
    request.setEncoding('latin1').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      understood.body = body;
      understood.trailers = request.rawTrailers;
      response.end();
    });
    request.on('error', () => {});
  };
  for (const event of ['request', 'checkContinue', 'checkExpectation']) server.on(event, take);
  const leave = (request: IncomingMessage, socket: Duplex): void => {
    note(request);
    socket.destroy();
  };
  server.on('upgrade', leave).on('connect', leave);
  // Bodies that are complete are told a little later.
  server.on('clientError', (_error, socket) => void setImmediate(() => socket.destroy()));
  const line = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  server.emit('connection', line);
  const closed = once(line, 'close');
  line.push(bytes);
  line.push(null);
  await closed;
  return found;
}

/** The proxy's reader, with the bytes cut into pieces of this length. */
function readWithOurs(bytes: Buffer, pieceLength: number): Understood[] {
  const found: Understood[] = [];
  let body = '';
  let isLast = false;
  let isOver = false;
  const reader = new RequestReader(
    {
      onBody: (piece) => {
        body += piece.toString('latin1');
      },
      onBodyEnd: (trailers) => {
        isOver = trailers.some((name) => framing.test(name));
        if (!isOver) Object.assign(found.at(-1) ?? {}, { body, trailers });
      },
    },
    headerBytes,
  );
  try {
    for (let start = 0; start < bytes.length; start += pieceLength) {
      const piece = bytes.subarray(start, start + pieceLength);
      for (let offset = 0; offset < piece.length; ) {
        if (isLast && (found.at(-1)?.body !== undefined || found.length === 0)) return found;
        offset = reader.read(piece, offset);
        if (isOver) return found;
        const head = reader.takeHead();
        if (head === undefined) continue;
        body = '';
        if (head.fault !== undefined || isRefused(head.url)) return found;
        found.push({ head: [head.method, head.url, head.httpVersion, head.rawHeaders] });
        if (head.isUpgrade) return found;
        if (head.framing === 'none') Object.assign(found.at(-1) ?? {}, { body, trailers: [] });
        isLast = !head.keepsAlive;
      }
    }
  } catch {
    // what came before it counts
  }
  return found;
}

/** Addresses are read by somebody else, who takes fewer than Node's parser. */
function isRefused(url: string): boolean {
  try {
    readRequestPath(url);
    return false;
  } catch {
    return true;
  }
}

test('Whatever the reader of requests takes, Node’s strict parser understands in the same way, however the bytes are cut.', {
  timeout: 60_000,
}, async () => {
  const random = createRandom(7);
  let taken = 0;
  for (let count = 0; count < 6000; count += 1) {
    const bytes = count < messages.length ? Buffer.from(messages[count] ?? '', 'latin1') : mutate(messages, random);
    const whole = readWithOurs(bytes, bytes.length);
    for (const length of [1, 1 + random(20)]) {
      expect(readWithOurs(bytes, length), JSON.stringify(bytes.toString('latin1'))).toEqual(whole);
    }
    const node = await readWithNode(bytes);
    const same = node
      .slice(0, whole.length)
      .map((each, at) => (whole[at]?.body === undefined ? { head: each.head } : each));
    expect(whole, JSON.stringify(bytes.toString('latin1'))).toEqual(same);
    taken += whole.length;
  }
  expect(taken).toBeGreaterThan(2000);
});

test('What is sound is taken whole: every request of the list that damaged ones are made of.', async () => {
  for (const message of messages.filter((text) => !text.includes('gzip'))) {
    const bytes = Buffer.from(message, 'latin1');
    expect(readWithOurs(bytes, bytes.length)).toEqual(await readWithNode(bytes));
  }
});
