import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Lender, ownLender, ReadBuffer, sharedBuffer, sharedLender } from './read-buffers.js';

/** Who reads what comes on a socket. */
export interface SocketReader {
  /** The bytes are good until this returns, longer only if `lender` sends them on. */
  onBytes(bytes: Buffer, lender: Lender): void;
  /** Whether much is coming, so that a buffer of one's own pays. */
  readonly wantsOwnBuffer: boolean;
}

/** From so many bytes on, in one read or still to come, a buffer of one's own pays. */
export const muchBytes = 32 * 1024;

/** A socket whose bytes come to one reader at a time, and to nobody else; everything else is as with any stream. */
export interface ReadSocket<Stream extends Duplex = Duplex> {
  readonly socket: Stream;
  reader: SocketReader;
}

/** Node's option `onread`, as it is used here. */
export interface OnRead {
  buffer: () => Buffer;
  callback: (count: number) => boolean;
}

/** One that reads into memory that is used again and again. */
export class BufferedSocket implements ReadSocket<Socket> {
  readonly socket: Socket;
  reader: SocketReader;
  #buffer: ReadBuffer | undefined;

  /** `open` makes a socket that reads like this. When the other side ends, it emits `end`. */
  constructor(reader: SocketReader, open: (onread: OnRead) => Socket) {
    this.reader = reader;
    this.socket = open({ buffer: this.#nextBuffer, callback: this.#take });
    this.socket.on('close', this.#leave);
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

  readonly #leave = (): void => {
    this.#buffer?.release();
    this.#buffer = undefined;
  };
}

/** One that tells what it reads as `data`, in chunks with memory of their own. It begins with the first reader. */
export class ChunkSocket<Stream extends Duplex> implements ReadSocket<Stream> {
  readonly socket: Stream;
  readonly #lender: Lender;
  #reader: SocketReader | undefined;

  constructor(socket: Stream, reader?: SocketReader, lender: Lender = ownLender) {
    this.socket = socket;
    this.#lender = lender;
    if (reader !== undefined) this.reader = reader;
  }

  set reader(reader: SocketReader) {
    const isFirst = this.#reader === undefined;
    this.#reader = reader;
    if (isFirst) this.socket.on('data', (bytes: Buffer) => this.#reader?.onBytes(bytes, this.#lender));
  }
}
