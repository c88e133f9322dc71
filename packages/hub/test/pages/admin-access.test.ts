import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestBrowser } from '../web/start-test-hub.js';
import { type PageHub, startPageHub } from './start-page-hub.js';

let room: PageHub;

beforeAll(async () => {
  room = await startPageHub();
});

afterAll(() => room.close());

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Every path of the administration that the router knows, its parameters filled in, and some that it does not know. */
function listAdminPaths(): string[] {
  const known = room.paths.filter((path) => path.startsWith('/hub/admin'));
  const filled = known.map((path) => path.replaceAll(/:\w+/g, '0000000000000001'));
  return [...new Set([...filled, '/hub/admin/', '/hub/ADMIN', '/HUB/Admin/servers', '/hub/admin/no-such-page'])];
}

/** What is in a page but for its own address and the token of its forms. */
function tidy({ status, headers, text }: Answer, path: string) {
  const words = text.replaceAll(path, 'PATH').replaceAll(/name="_xsrf" value="[^"]+"/g, 'TOKEN');
  return { status, words, allow: headers.allow };
}

describe('The administration', () => {
  it('is a missing page to everybody who is no administrator, whatever the method, known path or not', async () => {
    const paths = listAdminPaths();
    expect(paths).toContain('/hub/admin');
    for (const browser of [await room.enter('bob'), await signOut(await room.enter('bob'))]) {
      for (const method of METHODS) {
        const missing = tidy(await browser.send(method, '/hub/no-such-page'), '/hub/no-such-page');
        expect(missing.status).toBe(404);
        for (const path of paths) {
          expect(tidy(await browser.send(method, path), path), `${method} ${path}`).toEqual(missing);
        }
      }
    }
  });

  it('opens for an administrator, and the menu leads there', async () => {
    const ada = await room.enter('ada');
    expect((await ada.get('/hub/home')).text).toContain('href="/hub/admin"');
    const answer = await ada.get('/hub/admin');
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('<title>Administration · juhub</title>');
    expect((await ada.get('/hub/admin/no-such-page')).status).toBe(404);
    expect((await (await room.enter('bob')).get('/hub/home')).text).not.toContain('/hub/admin');
  });

  it('speaks German', async () => {
    const ada = await room.enter('ada');
    expect((await ada.get('/hub/admin', { 'accept-language': 'de' })).text).toContain('<h1>Verwaltung</h1>');
  });

  it('closes at once for an administrator who is one no more, though the session goes on', async () => {
    const ada = await room.enter('ada');
    const { users } = room.hub.services.database;
    expect((await ada.get('/hub/admin')).status).toBe(200);
    await users.setAdmin('ada', false);
    const [administration, home] = [await ada.get('/hub/admin'), await ada.get('/hub/home')];
    expect([administration.status, home.status]).toEqual([404, 200]);
    expect(home.text).not.toContain('/hub/admin');
    await users.setAdmin('ada', true);
    expect((await ada.get('/hub/admin')).status).toBe(200);
  });
});

async function signOut(browser: TestBrowser): Promise<TestBrowser> {
  await browser.get('/hub/home');
  await browser.post('/hub/sign-out');
  // The page that is shown then has the token for whoever is signed out.
  await browser.get('/hub/sign-in');
  return browser;
}
