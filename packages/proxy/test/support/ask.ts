import { Agent, type IncomingHttpHeaders, request as openRequest } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
  trailers: NodeJS.Dict<string>;
}

export interface Question {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
  agent?: Agent;
}

/** One request with exactly these headers (and Host), and its whole answer. */
export async function ask(where: number | string, path: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, agent = new Agent({ keepAlive: false }) } = question;
  const address = typeof where === 'number' ? { host: '127.0.0.1', port: where } : { socketPath: where };
  return new Promise((resolve, reject) => {
    const request = openRequest({ ...address, method, path, headers: { host: 'hub.example.org', ...headers }, agent });
    request.once('error', reject);
    request.once('response', (incoming) => {
      text(incoming).then(
        (answer) =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            rawHeaders: incoming.rawHeaders,
            body: answer,
            trailers: incoming.trailers,
          }),
        reject,
      );
    });
    request.end(body);
  });
}
