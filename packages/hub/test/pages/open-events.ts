import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { ProgressView } from '../../src/pages/server/progress-view.js';
import type { TestBrowser } from '../web/start-test-hub.js';
import type { PageHub } from './start-page-hub.js';

/** The events of a server's page as they come, one `next()` each; undefined when there are no more. */
export async function openEvents(room: PageHub, path: string, browser: TestBrowser) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const outgoing = request({ socketPath: room.hub.socketPath, path, headers: { cookie, accept: 'text/event-stream' } });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks = response[Symbol.asyncIterator]();
  let text = '';
  const next = async (): Promise<ProgressView | undefined> => {
    for (;;) {
      const found = /event: snapshot\ndata: (.*)\n\n/.exec(text);
      if (found !== null) {
        text = text.slice(found.index + found[0].length);
        return JSON.parse(found[1] ?? '');
      }
      const { done, value } = await chunks.next();
      if (done === true) {
        return undefined;
      }
      text += value;
    }
  };
  return { response, next, close: () => outgoing.destroy() };
}
