/**
 * The server behind the proxies, a process of its own: as little as can answer at all, so that it is not what is
 * measured. Prints its port.
 */

import { type AddressInfo, createServer, type Socket } from 'node:net';

const head = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${length}\r\n`;
const small = 'x'.repeat(100);
const middle = 'x'.repeat(50_000);
const large = Buffer.alloc(10_000_000, 'x');
const endless = Buffer.alloc(64 * 1024, 'x');
const accepted = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
const handshake = /\r\nupgrade: *websocket/i;
const lastRequest = /\r\nconnection: *close/i;
const upload = /^PUT [\s\S]*\r\ncontent-length: *(\d+)/i;

/** One request at a time, and its head in one piece: nobody here sends otherwise. */
function answer(socket: Socket, request: string): void {
  const isLast = lastRequest.test(request);
  const connection = isLast ? 'Connection: close\r\n' : '';
  const path = request.slice(request.indexOf(' ') + 1, request.indexOf(' HTTP/'));
  if (path.endsWith('/large')) {
    socket.write(`${head(large.length)}${connection}\r\n`);
    socket.write(large);
  } else if (path.endsWith('/middle')) {
    socket.write(`${head(middle.length)}${connection}\r\n${middle}`);
  } else if (path.endsWith('/gigabyte')) {
    sendSlowly(socket, 1_000_000_000);
  } else {
    socket.write(`${head(small.length)}${connection}\r\n${small}`);
  }
  if (isLast) socket.end();
}

/** No faster than it is read. */
function sendSlowly(socket: Socket, bytes: number): void {
  let left = bytes;
  socket.write(`${head(bytes)}\r\n`);
  const send = (): void => {
    while (left > 0) {
      const part = left < endless.length ? endless.subarray(0, left) : endless;
      left -= part.length;
      if (!socket.write(part)) {
        socket.once('drain', send);
        return;
      }
    }
  };
  send();
}

/** What goes in comes out: proxies do not look into frames. */
function echo(socket: Socket, request: string): void {
  const key = /sec-websocket-key: *(\S+)/i.exec(request)?.[1] ?? '';
  socket.write(`${accepted}Sec-WebSocket-Accept: ${key}\r\n\r\n`);
  socket.removeAllListeners('data');
  socket.on('data', (bytes) => socket.write(bytes));
}

const server = createServer({ noDelay: true }, (socket) => {
  /** Bytes of an upload that are still to come. */
  let left = 0;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    let came = bytes.length;
    let request = '';
    if (left === 0) {
      request = bytes.toString('latin1');
      if (handshake.test(request)) return echo(socket, request);
      left = Number(upload.exec(request)?.[1] ?? 0);
      if (left > 0) came -= request.indexOf('\r\n\r\n') + 4;
    }
    if (left > 0) {
      left -= came;
      if (left > 0) return;
    }
    answer(socket, request);
  });
});
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
