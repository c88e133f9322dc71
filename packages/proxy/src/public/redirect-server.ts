import { createServer, type Server } from 'node:http';

/** Sends whatever is asked over http to the same address over https, on this port (301). */
export function createRedirectServer(httpsPort: number): Server {
  return createServer({ requireHostHeader: false }, ({ headers, url }, response) => {
    const host = /^([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/.exec(headers.host ?? '')?.[1];
    if (host === undefined || url?.startsWith('/') !== true) {
      response.writeHead(400, { Connection: 'close' }).end();
      return;
    }
    const authority = httpsPort === 443 ? host : `${host}:${httpsPort}`;
    response.writeHead(301, { Location: `https://${authority}${url}` }).end();
  });
}
