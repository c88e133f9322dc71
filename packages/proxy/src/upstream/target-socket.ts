import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Target } from '../routes/target.js';
import { freeLender, type Lender, ReadBuffer, sharedBuffer, sharedLender } from './read-buffers.js';
import type { TargetTls } from './target-tls.js';

/** Who reads what a target says. */
export interface SocketReader {
  /** The bytes are good until this returns; `lender` lends them for longer. */
  onBytes(bytes: Buffer, lender: Lender): void;
  /** Whether much is coming, so that a buffer of one's own pays. */
  readonly wantsOwnBuffer: boolean;
}

const keepAliveProbeMs = 30_000;

/** A socket to a target. What the target says comes to `reader` alone; everything else is as with any socket. */
export class TargetSocket {
  readonly socket: Socket;
  reader: SocketReader;
  #buffer: ReadBuffer | undefined;

  /** Begins to connect. When the target ends, the socket emits `end` and does not close by itself. */
  constructor({ secure, address }: Target, reader: SocketReader, tls: TargetTls = {}) {
    this.reader = reader;
    const common = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs, allowHalfOpen: true };
    const where = 'socketPath' in address ? { path: address.socketPath } : address;
    if (!secure) {
      this.socket = connect({ ...common, ...where, onread: { buffer: this.#nextBuffer, callback: this.#take } });
      return;
    }
    const host = 'host' in address ? address.host : '';
    const servername = isIP(host) === 0 ? { servername: host } : {};
    this.socket = connectTls({ ...tls, ...common, ...where, ...servername, ALPNProtocols: ['http/1.1'] });
    this.socket.on('data', (bytes: Buffer) => this.reader.onBytes(bytes, freeLender));
  }

  /** Asked for before the first read and after each one. */
  readonly #nextBuffer = (): Buffer => {
    this.#buffer?.release();
    this.#buffer = this.reader.wantsOwnBuffer ? ReadBuffer.take() : undefined;
    return this.#buffer?.bytes ?? sharedBuffer;
  };

  readonly #take = (count: number): boolean => {
    const buffer = this.#buffer;
    if (buffer === undefined) this.reader.onBytes(sharedBuffer.subarray(0, count), sharedLender);
    else this.reader.onBytes(buffer.bytes.subarray(0, count), buffer);
    return true;
  };
}
