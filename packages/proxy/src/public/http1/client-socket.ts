import type { Socket } from 'node:net';
import { BufferedSocket, ChunkSocket, type ReadSocket, type SocketReader } from '../../reading/read-socket.js';

/** What Node 20 keeps of `onread` on a socket, under symbols of its own; a test guards them. */
const fieldNames = ['kBuffer', 'kBufferCb', 'kBufferGen'] as const;

type Fields = Record<(typeof fieldNames)[number], symbol>;
interface Handle {
  useUserBuffer(buffer: Uint8Array): void;
}

let fields: Fields | undefined;

/**
 * A client's connection that has just been accepted, and who reads it. Only sockets that connect have Node's option
 * `onread`; without it each read costs new memory of 64 KB. Where Node keeps it elsewhere, and over TLS, chunks come as
 * they do without.
 */
export function readClient(socket: Socket, reader: SocketReader, isSecure: boolean): ReadSocket<Socket> {
  const handle = (socket as { _handle?: Partial<Handle> | null })._handle;
  fields ??= findFields(socket);
  const { useUserBuffer } = handle ?? {};
  if (isSecure || fields === undefined || useUserBuffer === undefined) return new ChunkSocket(socket, reader);
  const { kBuffer, kBufferCb, kBufferGen } = fields;
  return new BufferedSocket(reader, ({ buffer, callback }) => {
    const first = buffer();
    Object.assign(socket, { [kBuffer]: first, [kBufferCb]: callback, [kBufferGen]: buffer });
    useUserBuffer.call(handle, first);
    return socket;
  });
}

function findFields(socket: Socket): Fields | undefined {
  const symbols = Object.getOwnPropertySymbols(socket);
  const found = fieldNames.map((name) => [name, symbols.find(({ description }) => description === name)] as const);
  return found.every(([, symbol]) => symbol !== undefined) ? (Object.fromEntries(found) as Fields) : undefined;
}
