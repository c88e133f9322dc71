import { createRequire } from 'node:module';
import type { OnReadOpts, Socket } from 'node:net';

/** Of ssh2 1.17.0; a test guards it. */
interface Ssh2Crypto {
  bindingAvailable: boolean;
}

const { bindingAvailable } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as Ssh2Crypto;

/**
 * Whether ssh2 puts what it decrypts into memory of its own, a piece for each packet. With its native addon it decrypts
 * in place, and packets are parts of what was read.
 */
export const copiesPackets = !bindingAvailable;

/** Many packets at a time: one that comes in two reads is decrypted in two pieces, which are copied once more. */
const readBytes = 512 * 1024;
/** One for the whole process, because what is read is dealt with before anything else can be. */
const shared = Buffer.allocUnsafeSlow(readBytes);
const steady = new WeakSet<Socket>();

/** Options for a socket that carries SSH: it reads much at a time. Its `data` and everything else is as ever. */
export function readLargely(getSocket: () => Socket): OnReadOpts {
  return {
    buffer: shared,
    callback: (count) => {
      const socket = getSocket();
      const bytes = shared.subarray(0, count);
      const isRead = socket.readableFlowing === true && socket.readableLength === 0;
      if (!steady.has(socket) || !isRead) return socket.push(Buffer.from(bytes));
      socket.emit('data', bytes);
      return true;
    },
  };
}

/**
 * From now on the listener of `data` gets what was read without a copy, good until it returns: ssh2 keeps nothing of it
 * once the connection is encrypted.
 */
export function lendReads(socket: Socket): void {
  if (copiesPackets) steady.add(socket);
}
