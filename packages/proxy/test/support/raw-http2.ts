import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { authority } from './start-command.js';

/** RFC 9113, 6: what frames are called on the wire. */
export const frameTypes = {
  ...{ data: 0, headers: 1, priority: 2, reset: 3, settings: 4, push: 5, ping: 6, goaway: 7, window: 8 },
  continuation: 9,
} as const;
export const flags = { endStream: 1, ack: 1, endHeaders: 4 } as const;
/** RFC 9113, 7. */
export const errorCodes = { protocol: 1, internal: 2, refused: 7, cancel: 8, calm: 11 } as const;

export interface Frame {
  type: number;
  flags: number;
  stream: number;
  payload: Buffer;
}

export type Field = readonly [name: string, value: string];

/** One frame, whatever it says. */
export function frame(type: keyof typeof frameTypes, stream: number, payload: Buffer = Buffer.alloc(0), bits = 0) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(frameTypes[type], 3);
  head.writeUInt8(bits, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A block of headers (RFC 7541), each written out: octets as they are, also those that no client would send. */
export function headerBlock(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const size = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) size.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([...size, rest]), bytes]);
}

export const plainHead: readonly Field[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'hub.example.org'],
  [':path', '/'],
];

export const postHead: readonly Field[] = [[':method', 'POST'], ...plainHead.slice(1)];

function failHandshake(): never {
  throw new Error('The connection was closed in its handshake.');
}

/** A connection of HTTP/2 whose frames are written by hand. It reads all that comes and answers nothing. */
export class RawHttp2 {
  readonly socket: TLSSocket;
  readonly #tcp: Socket;
  readonly frames: Frame[] = [];
  #rest: Buffer = Buffer.alloc(0);
  #closed = false;
  #wake: (() => void)[] = [];

  private constructor(socket: TLSSocket, tcp: Socket) {
    this.socket = socket;
    this.#tcp = tcp;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('close', () => {
      this.#closed = true;
      this.#ring();
    });
  }

  /** With the preface (an empty one: nothing is said) and settings that ask for headers without a memory, so that a status can be read here. */
  static async open(port: number, preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'): Promise<RawHttp2> {
    const tcp = connectTcp({ port, host: '127.0.0.1', noDelay: true });
    onTestFinished(() => void tcp.destroy());
    await once(tcp, 'connect');
    const socket = connect({ socket: tcp, servername: 'localhost', ca: authority, ALPNProtocols: ['h2'] });
    await Promise.race([once(socket, 'secureConnect'), once(socket, 'close').then(failHandshake)]);
    const client = new RawHttp2(socket, tcp);
    if (preface !== '') client.send(Buffer.from(preface), frame('settings', 0, Buffer.from([0, 1, 0, 0, 0, 0])));
    return client;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Breaks the connection off by a reset of TCP, without a word of TLS or HTTP/2 before. */
  reset(): void {
    this.#tcp.resetAndDestroy();
  }

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** A whole head in one frame. */
  sendHead(stream: number, fields: readonly Field[], endStream = true): void {
    this.send(frame('headers', stream, headerBlock(fields), flags.endHeaders + (endStream ? flags.endStream : 0)));
  }

  /** The first frame that fits; rejects when the connection closed before. */
  async waitFor(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      if (this.#closed) throw new Error(`Closed before it came; so far: ${JSON.stringify(this.frames)}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  async waitForClose(): Promise<void> {
    while (!this.#closed) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** How a stream, or the whole connection, was refused: a status, `reset N`, `goaway N` or `closed`. */
  async waitForRefusal(stream: number): Promise<string> {
    const isAbout = ({ type, stream: of }: Frame): boolean =>
      type === frameTypes.goaway || (of === stream && (type === frameTypes.headers || type === frameTypes.reset));
    const found = await this.waitFor(isAbout).catch(() => undefined);
    if (found === undefined) return 'closed';
    if (found.type === frameTypes.headers) return String(readStatus(found.payload));
    return found.type === frameTypes.reset
      ? `reset ${found.payload.readUInt32BE(0)}`
      : `goaway ${found.payload.readUInt32BE(4)}`;
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 9) {
      const end = 9 + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) break;
      this.frames.push({
        ...{ type: this.#rest.readUInt8(3), flags: this.#rest.readUInt8(4) },
        ...{ stream: this.#rest.readUInt32BE(5), payload: this.#rest.subarray(9, end) },
      });
      this.#rest = this.#rest.subarray(end);
    }
    this.#ring();
  }

  #ring(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

/** RFC 7541, appendix A: the entries of the static table that are a whole `:status`. */
const knownStatuses = [200, 204, 206, 304, 400, 404, 500];

/** The status that a block of headers begins with. */
export function readStatus(block: Buffer): number {
  let at = 0;
  while (((block[at] ?? 0) & 0xe0) === 0x20) at += 1; // the table was resized
  const first = block[at] ?? 0;
  if (first >= 0x88 && first <= 0x8e) return knownStatuses[first - 0x88] ?? 0;
  const length = block[at + 1] ?? 0;
  const value = block.subarray(at + 2, at + 2 + (length & 0x7f));
  return Number(length >= 0x80 ? readHuffmanDigits(value) : value.toString('latin1'));
}

/** RFC 7541, appendix B: 0 to 2 have five bits, 3 to 9 six. */
function readHuffmanDigits(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let digits = '';
  for (let at = 0; digits.length < 3; ) {
    const five = Number.parseInt(bits.slice(at, at + 5), 2);
    digits += five <= 2 ? five : Number.parseInt(bits.slice(at, at + 6), 2) - 22;
    at += five <= 2 ? 5 : 6;
  }
  return digits;
}
