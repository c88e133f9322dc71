/**
 * The server behind the proxies, a process of its own: as little as can answer at all, so that it is not what is
 * measured. Prints its port.
 */

import { type AddressInfo, createServer, type Socket } from 'node:net';

const head = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n`;
const small = 'x'.repeat(100);
const large = Buffer.alloc(10_000_000, 'x');
const accepted = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
const handshake = /\r\nupgrade: *websocket/i;
const lastRequest = /\r\nconnection: *close/i;

/** One request at a time, and its head in one piece: nobody here sends otherwise. */
function answer(socket: Socket, request: string): void {
  if (handshake.test(request)) {
    const key = /sec-websocket-key: *(\S+)/i.exec(request)?.[1] ?? '';
    socket.write(`${accepted}Sec-WebSocket-Accept: ${key}\r\n\r\n`);
    socket.removeAllListeners('data');
    socket.on('data', (bytes) => socket.write(bytes)); // what goes in comes out: proxies do not look into frames
    return;
  }
  const isLast = lastRequest.test(request);
  const connection = isLast ? 'Connection: close\r\n' : '';
  if (request.startsWith('GET /large')) {
    socket.write(`${head(large.length)}${connection}\r\n`);
    socket.write(large);
  } else {
    socket.write(`${head(small.length)}${connection}\r\n${small}`);
  }
  if (isLast) socket.end();
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => answer(socket, bytes.toString('latin1')));
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
