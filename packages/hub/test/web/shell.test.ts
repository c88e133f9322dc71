import { PassThrough } from 'node:stream';
import type {} from '@koa/bodyparser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NameTaken } from '../../src/db/errors.js';
import { loadAssets } from '../../src/web/assets.js';
import { followColorScheme } from '../../src/web/themed-bootstrap.js';
import { startTestHub, TestBrowser, type TestHub } from './start-test-hub.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub([
    (router) => {
      router.get('/hub/broken', () => {
        throw new Error('the password is hunter2');
      });
      router.get('/hub/taken', () => {
        throw new NameTaken('<b>default</b>');
      });
      router.get('/hub/events', (ctx) => {
        const stream = new PassThrough();
        stream.end(`data: ${'x'.repeat(5000)}\n\n`);
        ctx.type = 'text/event-stream';
        ctx.body = stream;
      });
      router.post('/hub/eat', (ctx) => {
        ctx.body = ctx.request.body;
      });
    },
  ]);
});

afterAll(() => hub.close());

describe('the shell', () => {
  it('sends / and /hub to the home page', async () => {
    for (const path of ['/', '/hub', '/hub/']) {
      expect((await hub.ask(path)).headers.location).toBe('/hub/home');
    }
  });

  it('says that it is well, and that it is not when the database is gone', async () => {
    expect(JSON.parse((await hub.ask('/hub/health')).text)).toEqual({ status: 'ok' });
    const broken = await startTestHub();
    await broken.services.database.close();
    expect((await broken.ask('/hub/health', { headers: { accept: '*/*' } })).status).toBe(503);
    await broken.close();
  });

  it('lets pages load nothing but what the hub serves, and be shown in no frame', async () => {
    const { headers } = await hub.ask('/hub/sign-in');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('has no code and no style in its pages', async () => {
    const { text } = await hub.ask('/hub/sign-in');
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=/);
    expect(text).toContain('<html lang="en">');
  });

  it('shows a page to a window, and not to a script or a frame of the same origin', async () => {
    for (const target of ['empty', 'iframe', 'object', 'script']) {
      const answer = await hub.ask('/hub/sign-in', { headers: { 'sec-fetch-dest': target } });
      expect([answer.status, answer.headers['content-type']]).toEqual([403, 'application/json; charset=utf-8']);
    }
    expect((await hub.ask('/hub/sign-in', { headers: { 'sec-fetch-dest': 'document' } })).status).toBe(200);
  });

  it('shows what is wrong as a page to people and as JSON to programs', async () => {
    const page = await hub.ask('/hub/nowhere');
    expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.text).toContain('There is no such page.');
    const json = await hub.ask('/hub/nowhere', { headers: { accept: '*/*' } });
    expect(JSON.parse(json.text)).toMatchObject({ status: 404, code: 'not-found' });
    expect((await hub.ask('/hub/taken')).status).toBe(409);
    expect((await hub.ask('/hub/taken')).text).toContain('&lt;b&gt;default&lt;/b&gt;');
  });

  it('says what is wrong in German on a page for whoever reads German, and to programs in English', async () => {
    const german = { 'accept-language': 'de' };
    const page = await hub.ask('/hub/nowhere', { headers: german });
    expect(page.text).toMatch(/<h1[^>]*>Nicht gefunden<\/h1>\s*<p class="lead">Diese Seite gibt es nicht\./);
    expect((await hub.ask('/hub/broken', { headers: german })).text).toContain('Das ist ein Fehler des Hubs.');
    const posted = await new TestBrowser(hub).post('/hub/eat', { a: '1' }, german);
    expect([posted.status, posted.text.includes('Diese Seite war zu lange offen')]).toEqual([403, true]);
    const json = await hub.ask('/hub/nowhere', { headers: { ...german, accept: '*/*' } });
    expect(JSON.parse(json.text).message).toMatch(/^There is no such page\./);
  });

  it('keeps the words of a fault for the log, under a reference', async () => {
    const page = await hub.ask('/hub/broken');
    const reference = /Reference: <code>([0-9a-f]{8})<\/code>/.exec(page.text)?.[1];
    expect(page.status).toBe(500);
    expect(page.text).not.toContain('hunter2');
    expect(hub.logged.findLast(({ level }) => level === 'error')?.fields).toMatchObject({
      reference,
      path: '/hub/broken',
    });
  });

  it('refuses what is too large, broken, or of a kind that it does not take', async () => {
    const browser = new TestBrowser(hub);
    await browser.get('/hub/sign-in');
    expect((await browser.post('/hub/eat', { a: 'x'.repeat(300_000) })).status).toBe(413);
    const json = { 'content-type': 'application/json', accept: 'application/json' };
    const broken = await hub.ask('/hub/eat', { body: '{"a":', headers: json });
    expect([broken.status, JSON.parse(broken.text).message]).toEqual([400, 'The request could not be understood.']);
    const text = await hub.ask('/hub/eat', { body: '_xsrf=x', headers: { 'content-type': 'text/plain' } });
    expect(text.status).toBe(403);
  });

  it('compresses pages, and lets events through one by one', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    expect((await hub.ask('/hub/sign-in', { headers })).headers['content-encoding']).toBe('gzip');
    expect((await hub.ask('/hub/events', { headers })).headers['content-encoding']).toBeUndefined();
  });
});

describe('the files of the pages', () => {
  it('may be kept for ever under a path that changes with them', async () => {
    const page = await hub.ask('/hub/sign-in');
    const paths = [...page.text.matchAll(/(?:href|src)="(\/hub\/static\/[^"]+)"/g)].map(([, path]) => String(path));
    expect(paths).toHaveLength(4);
    for (const path of paths) {
      const answer = await hub.ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(answer.headers['content-type']).toMatch(/^(text\/css|image\/svg)/);
    }
  });

  it.each([
    '/hub/static/000000000000/juhub.css',
    '/hub/static/VERSION/../../../package.json',
    '/hub/static/VERSION/..%2F..%2Fservices.ts',
    '/hub/static/VERSION/__proto__',
  ])('are not found at %s', async (path) => {
    expect((await hub.ask(path.replace('VERSION', loadAssets().version))).status).toBe(404);
  });

  it('are named by pages only when they are there', () => {
    expect(() => loadAssets().path('none.css')).toThrow('there is no such file');
  });

  it('have the dark colours of Bootstrap where the browser asks for dark, without a script', () => {
    const css = loadAssets().find('bootstrap.css')?.content.toString() ?? '';
    expect(css).toContain('@media (prefers-color-scheme:dark){:root{color-scheme:dark;');
    expect(css.match(/@media \(prefers-color-scheme:dark\)\{/g)).toHaveLength(6);
    expect(css.replaceAll(/[^{}]/g, '').match(/\{/g)?.length).toBe(css.match(/\}/g)?.length);
  });

  it('leave every other rule as it was', () => {
    expect(followColorScheme('a{b:c}@media x{d{e:f}}')).toBe('a{b:c}@media x{d{e:f}}');
    expect(followColorScheme('.n-dark,.n[data-bs-theme=dark]{a:b}')).toBe(
      '.n-dark{a:b}@media (prefers-color-scheme:dark){.n:root{a:b}}',
    );
  });
});
