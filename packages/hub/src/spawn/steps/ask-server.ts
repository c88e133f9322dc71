import http, { type IncomingMessage } from 'node:http';
import type { ServerRow } from '../../db/server-row.js';
import { publicPathOf } from '../public-path.js';

/** How long a server may take for a whole answer. */
const ANSWER_WITHIN_MS = 10_000;
/** What answers is a user's own program: it may say as much as it likes, but not to us. */
const LONGEST_ANSWER = 1024 ** 2;

/** What a server said. */
export interface ServerAnswer {
  readonly status: number;
  readonly body: string;
  /** What its own clock showed, in whole seconds; undefined where it does not say. */
  readonly date: Date | undefined;
}

/**
 * Asks a server through its tunnel, with its secret.
 *
 * @param path below its public path
 * @throws an Error when there is no whole answer in ten seconds, or too long a one
 */
export function askServer(
  socketPath: string,
  row: Pick<ServerRow, 'userName' | 'name' | 'secret'>,
  path: string,
): Promise<ServerAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { Host: 'localhost', Authorization: `token ${row.secret ?? ''}` };
    const request = http.get(
      { socketPath, path: `${publicPathOf(row)}${path}`, headers, agent: false },
      (response) => void readAnswer(response).then(resolve, fail),
    );
    const late = setTimeout(
      () => fail(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} seconds`)),
      ANSWER_WITHIN_MS,
    );
    request.on('error', fail);
    request.on('close', () => clearTimeout(late));

    function fail(error: Error): void {
      reject(error);
      request.destroy();
    }
  });
}

async function readAnswer(response: IncomingMessage): Promise<ServerAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_ANSWER) {
      throw new Error(`an answer of more than ${LONGEST_ANSWER} bytes`);
    }
  }
  const date = new Date(response.headers.date ?? '');
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString(),
    date: Number.isNaN(date.getTime()) ? undefined : date,
  };
}
