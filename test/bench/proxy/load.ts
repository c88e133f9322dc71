import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** How much was done, and within which time. */
export interface Done {
  readonly count: number;
  readonly seconds: number;
}

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

export async function openUnixSocket(socketPath: string): Promise<Socket> {
  const socket = connect({ path: socketPath });
  await once(socket, 'connect');
  return socket;
}

/** Asks for `path` over and over on kept connections, one request at a time on each; counts whole answers. */
export async function loadRequests(
  port: number,
  path: string,
  connections: number,
  ms: number,
  open: (port: number) => Promise<Socket> = openSocket,
): Promise<Done> {
  const request = `GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`;
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  return await countFor(sockets, ms, (socket, onDone) => {
    let left = 0;
    socket.on('data', (bytes: Buffer) => {
      left = left === 0 ? readWhole(bytes) - bytes.length : left - bytes.length;
      if (left > 0) return;
      if (left < 0) throw new Error('an answer is longer than it says');
      onDone();
      socket.write(request);
    });
    socket.write(request);
  });
}

/** How much of an upload is written, and counted, at a time. */
export const uploadPartBytes = 1_000_000;

/** Uploads `parts` times `uploadPartBytes` over and over, one at a time on each connection; counts the parts that went out. */
export async function loadUploads(port: number, parts: number, connections: number, ms: number): Promise<Done> {
  const head = `PUT /upload HTTP/1.1\r\nHost: bench\r\nContent-Length: ${parts * uploadPartBytes}\r\n\r\n`;
  const part = Buffer.alloc(uploadPartBytes, 'x');
  const sockets = await Promise.all(Array.from({ length: connections }, () => openSocket(port)));
  return await countFor(sockets, ms, (socket, onDone) => {
    let left = 0;
    const send = (): void => {
      if (left === 0) return;
      left -= 1;
      socket.write(part, (error) => {
        if (error) return;
        onDone();
        send();
      });
    };
    const begin = (): void => {
      left = parts;
      socket.write(head);
      send();
    };
    socket.on('data', (bytes: Buffer) => {
      if (!bytes.toString('latin1').startsWith('HTTP/1.1 200')) throw new Error(`not an answer: ${bytes}`);
      begin();
    });
    begin();
  });
}

/** How long each of `count` answers takes, one after the other on one connection, in milliseconds. */
export async function timeRequests(port: number, path: string, count: number): Promise<number[]> {
  const socket = await openSocket(port);
  const times: number[] = [];
  try {
    while (times.length < count) {
      const start = performance.now();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
      let left = 0;
      do {
        const [bytes] = (await once(socket, 'data')) as [Buffer];
        left = left === 0 ? readWhole(bytes) - bytes.length : left - bytes.length;
      } while (left > 0);
      times.push(performance.now() - start);
    }
    return times;
  } finally {
    socket.destroy();
  }
}

/** Bytes of head and body, from the head of an answer, which comes in one piece. */
function readWhole(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (end < 0 || length === undefined || !head.startsWith('HTTP/1.1 200')) throw new Error(`not an answer: ${head}`);
  return end + 4 + Number(length);
}

/** Asks for `path` on so many connections and reads a piece of each answer now and then. */
export async function openSlowReaders(port: number, path: string, count: number): Promise<Socket[]> {
  const sockets = await Promise.all(Array.from({ length: count }, () => openSocket(port)));
  for (const socket of sockets) {
    socket.on('data', () => {
      socket.pause();
      setTimeout(() => socket.resume(), 100);
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`);
  }
  return sockets;
}

/** Opens WebSockets through a proxy. */
export async function openWebSockets(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const some = Math.min(100, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: some }, () => openWebSocket(port)))));
  }
  return sockets;
}

async function openWebSocket(port: number): Promise<Socket> {
  const socket = await openSocket(port);
  const fields = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
  socket.write(`GET /ws HTTP/1.1\r\nHost: bench\r\n${fields}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  let text = '';
  while (!text.includes('\r\n\r\n')) text += String(((await once(socket, 'data')) as [Buffer])[0]);
  if (!text.startsWith('HTTP/1.1 101')) throw new Error(`no WebSocket: ${text}`);
  return socket;
}

/** Sends a message of this size on each WebSocket, and the next one when it has come back. */
export async function loadWebSockets(port: number, bytes: number, connections: number, ms: number): Promise<Done> {
  const message = Buffer.alloc(bytes, 0x81);
  const sockets = await openWebSockets(port, connections);
  return await countFor(sockets, ms, (socket, onDone) => {
    let came = 0;
    socket.on('data', (back: Buffer) => {
      came += back.length;
      if (came < bytes) return;
      came = 0;
      onDone();
      socket.write(message);
    });
    socket.write(message);
  });
}

/** Lets all sockets work for a while, then closes them. */
async function countFor(
  sockets: readonly Socket[],
  ms: number,
  work: (socket: Socket, onDone: () => void) => void,
): Promise<Done> {
  let count = 0;
  const start = performance.now();
  const failed = new Promise<never>((_resolve, reject) => {
    for (const socket of sockets) {
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('the proxy closed a connection')));
      work(socket, () => {
        count += 1;
      });
    }
  });
  try {
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, ms))]);
    return { count, seconds: (performance.now() - start) / 1000 };
  } finally {
    failed.catch(() => {});
    for (const socket of sockets) socket.removeAllListeners('data').destroy();
  }
}
