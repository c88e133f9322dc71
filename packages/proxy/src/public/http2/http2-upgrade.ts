import { createHash } from 'node:crypto';
import type { ServerHttp2Stream } from 'node:http2';
import type { ClientUpgrade } from '../../forward/client-upgrade.js';
import type { SpliceOptions } from '../../forward/splice.js';
import { type RawHeaders, readHeader } from '../../headers/raw-headers.js';
import type { ProxyError } from '../../proxy-error.js';
import { nodesLender } from '../../reading/read-buffers.js';
import { ChunkSocket } from '../../reading/read-socket.js';
import { replyError } from '../../reply/reply.js';
import type { AnswerHead } from '../../upstream/answer-head.js';
import { Http2Answer, toHeaders } from './http2-answer.js';
import type { Http2Request } from './http2-request.js';

/** RFC 6455, 1.3. */
const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A WebSocket on a stream of HTTP/2: an extended CONNECT (RFC 8441). */
export class Http2Upgrade implements ClientUpgrade {
  readonly request: Http2Request;
  readonly carrier: ChunkSocket<ServerHttp2Stream>;
  readonly head = Buffer.alloc(0);
  #answer: Http2Answer | undefined;
  #isAccepted = false;

  constructor(stream: ServerHttp2Stream, request: Http2Request) {
    this.carrier = new ChunkSocket(stream, undefined, nodesLender);
    this.request = request;
  }

  get status(): number | undefined {
    return this.#isAccepted ? 200 : this.#answer?.statusCode;
  }

  /** The key was ours: who else could compare? */
  isAcceptedBy({ rawHeaders }: AnswerHead): boolean {
    const key = this.request.headers['sec-websocket-key'];
    const expected = createHash('sha1').update(`${key}${webSocketGuid}`).digest('base64');
    const said = readHeader(rawHeaders, 'sec-websocket-accept');
    return said.length === 1 && said[0] === expected;
  }

  accept(rawHeaders: RawHeaders): void {
    this.#isAccepted = true;
    const { socket } = this.carrier;
    if (socket.destroyed || socket.closed) return;
    const { 'sec-websocket-accept': _of11, 'content-length': _none, ...headers } = toHeaders(rawHeaders);
    socket.respond({ ...headers, ':status': 200 });
    socket.setTimeout(0); // it was for the request; a WebSocket may be silent for days
  }

  count(onData: SpliceOptions['onData']): SpliceOptions['onData'] {
    const { socket: line } = this.request;
    return (bytes, from) => {
      line[from === 'client' ? 'bytesRead' : 'bytesWritten'] += bytes.length;
      onData(bytes, from);
    };
  }

  fail(error: ProxyError): void {
    replyError(this.request, this.openResponse(), error);
  }

  openResponse(): Http2Answer {
    this.#answer ??= new Http2Answer(this.carrier.socket, this.request);
    return this.#answer;
  }
}
