// A web program that knows no token: tells what reaches it, echoes bodies, and speaks another protocol on request.
import { writeFileSync } from 'node:fs';
import http from 'node:http';

const server = http.createServer((request, response) => {
  if (request.url.endsWith('/end')) {
    process.exit(3);
  }
  if (request.url.endsWith('/echo')) {
    request.pipe(response);
    return;
  }
  if (request.url.endsWith('/away')) {
    response.writeHead(302, { Location: '/elsewhere' }).end();
    return;
  }
  response.end(JSON.stringify({ url: request.url, method: request.method, headers: request.headers }));
});
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  socket.write(`authorization: ${request.headers.authorization}\n`);
  socket.pipe(socket);
});
process.on('SIGTERM', () => {
  writeFileSync(`${process.env.HOME}/asked-to-end`, '');
  process.exit(0);
});
server.listen(
  process.env.JUHUB_PORT ? { port: Number(process.env.JUHUB_PORT), host: '127.0.0.1' } : process.env.JUHUB_SOCKET,
);
