import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something with an address in front of a hub that has only a socket. */
export interface Front {
  readonly url: string;
  close(): void;
}

/** Stands in for the proxy: what is a server's gets one word, everything else is the hub's. */
export async function openFront(findHub: () => string): Promise<Front> {
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    if (url?.startsWith('/user/')) {
      outgoing.end('a notebook');
      return;
    }
    const asked = request({ socketPath: findHub(), path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
