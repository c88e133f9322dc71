import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { RawClient } from './raw-client.js';

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** RFC 6455, 5.2: one unfragmented frame; masked as a client's must be. */
export function encodeFrame(opcode: number, payload: Buffer, masked: boolean): Buffer {
  const length =
    payload.length < 126
      ? Buffer.from([payload.length])
      : payload.length < 65536
        ? Buffer.from([126, payload.length >> 8, payload.length & 255])
        : Buffer.concat([Buffer.from([127]), bigLength(payload.length)]);
  if (!masked) return Buffer.concat([Buffer.from([0x80 | opcode]), length, payload]);
  const mask = randomBytes(4);
  const hidden = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  length[0] = (length[0] ?? 0) | 0x80;
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, hidden]);
}

function bigLength(length: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(length));
  return buffer;
}

/** Takes whole frames off the front of a stream of bytes. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): { opcode: number; payload: Buffer }[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: { opcode: number; payload: Buffer }[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): { opcode: number; payload: Buffer } | undefined {
    const bytes = this.#rest;
    if (bytes.length < 2) return undefined;
    const short = bytes.readUInt8(1) & 0x7f;
    const masked = bytes.readUInt8(1) > 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const start = 2 + lengthBytes + (masked ? 4 : 0);
    if (bytes.length < start) return undefined;
    const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < start + length) return undefined;
    const mask = bytes.subarray(start - 4, start);
    const payload = bytes
      .subarray(start, start + length)
      .map((byte, index) => (masked ? byte ^ (mask[index % 4] ?? 0) : byte));
    this.#rest = bytes.subarray(start + length);
    return { opcode: bytes.readUInt8(0) & 0x0f, payload: Buffer.from(payload) };
  }
}

/** Accepts WebSockets on a server; `talk` gets the bare socket of each. */
export function acceptWebSockets(server: Server, talk: (socket: Duplex, request: IncomingMessage) => void): void {
  server.on('upgrade', (request, socket, head) => {
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${guid}`).digest('base64');
    socket.on('error', () => {});
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSet-Cookie: juhub-session=evil\r\nSet-Cookie: fine=1\r\n\r\n`,
    );
    if (head.length > 0) socket.unshift(head);
    talk(socket, request);
  });
}

/** Sends every frame back, unmasked. */
export function echo(socket: Duplex): void {
  const reader = new FrameReader();
  socket.on('data', (chunk) => {
    for (const { opcode, payload } of reader.push(chunk)) {
      socket.write(encodeFrame(opcode, payload, false));
      if (opcode === 8) socket.end();
    }
  });
  socket.on('end', () => socket.end());
}

export interface OpenWebSocket {
  client: RawClient;
  /** Resolves with the next frame. */
  next(): Promise<{ opcode: number; payload: Buffer }>;
  sendText(text: string): void;
}

/** The opening handshake as text; header lines may be added. */
export function handshake(path: string, lines: readonly string[] = []): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: hub.example.org',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.from('0123456789abcdef').toString('base64')}`,
    ...lines,
    '',
    '',
  ].join('\r\n');
}

/** Opens a WebSocket through the proxy; rejects when it is refused. */
export async function openWebSocket(port: number, path: string, lines: readonly string[] = []): Promise<OpenWebSocket> {
  const client = await RawClient.open(port);
  const frames: { opcode: number; payload: Buffer }[] = [];
  const waiting: ((frame: { opcode: number; payload: Buffer }) => void)[] = [];
  client.send(handshake(path, lines));
  const head = await client.waitFor('\r\n\r\n');
  if (!head.startsWith('HTTP/1.1 101')) throw new Error(`Refused: ${head}`);
  const reader = new FrameReader();
  const take = (chunk: Buffer): void => {
    for (const frame of reader.push(chunk)) {
      const wake = waiting.shift();
      if (wake === undefined) frames.push(frame);
      else wake(frame);
    }
  };
  take(Buffer.from(head.slice(head.indexOf('\r\n\r\n') + 4), 'latin1'));
  client.socket.on('data', take);
  return {
    client,
    next: () => {
      const frame = frames.shift();
      return frame === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(frame);
    },
    sendText: (text) => client.send(encodeFrame(1, Buffer.from(text), true)),
  };
}
