import { API_SCOPES, type ApiScope } from '../../src/auth/api-tokens.js';
import type { PageHub } from '../pages/start-page-hub.js';
import type { Answer } from '../web/start-test-hub.js';

/** An answer of the API; `body` is undefined where there is none. */
export interface ApiReply extends Answer {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

/** Sends a request to the API, with a token and a JSON body where there are such. */
export type AskApi = (
  method: string,
  path: string,
  more?: { token?: string; json?: unknown; headers?: Record<string, string> },
) => Promise<ApiReply>;

/** The API of a hub as a program reaches it; paths count from `/hub/api`. */
export function createAskApi(room: PageHub): AskApi {
  return async (method, path, { token, json, headers = {} } = {}) => {
    const answer = await room.hub.ask(`/hub/api${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `token ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    return { ...answer, body: answer.text === '' ? undefined : JSON.parse(answer.text) };
  };
}

/** Makes a token; for alice and good for everything where nothing else is said. */
export async function issueToken(
  room: PageHub,
  different: { userName?: string; scopes?: readonly ApiScope[]; expiresAt?: Date } = {},
): Promise<{ id: string; token: string }> {
  const { apiTokens } = room.hub.services.auth;
  return apiTokens.issue({ userName: 'alice', label: 'tests', scopes: API_SCOPES, ...different });
}
