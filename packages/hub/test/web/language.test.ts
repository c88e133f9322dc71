import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerLanguage } from '../../src/pages/language/route.js';
import { startTestHub, TestBrowser, type TestHub } from './start-test-hub.js';

describe('The language of the pages', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startTestHub([registerLanguage]);
  });
  afterAll(() => hub.close());

  const page = (headers: Record<string, string> = {}) => new TestBrowser(hub, headers).get('/hub/sign-in');

  test('is the one that the browser prefers, and English for everybody else', async () => {
    const german = await page({ 'accept-language': 'de-DE,de;q=0.9,en;q=0.8' });
    expect(german.text).toContain('<html lang="de">');
    expect(german.text).toContain('Passwort');
    expect(german.headers['content-language']).toBe('de');
    expect((await page({ 'accept-language': 'fr' })).text).toContain('Password');
    expect((await page()).text).toContain('<html lang="en">');
  });

  test('can be changed on every page, which is shown again in the other one', async () => {
    const browser = new TestBrowser(hub);
    await browser.get('/hub/sign-in?next=/hub/start');
    const changed = await browser.post('/hub/language', { language: 'de', next: '/hub/sign-in?next=%2Fhub%2Fstart' });
    expect(changed.status).toBe(303);
    expect(changed.headers.location).toBe('/hub/sign-in?next=%2Fhub%2Fstart');
    expect((await browser.get('/hub/sign-in')).text).toContain('Passwort');
  });

  test('is left as it is by a language that there is none of, and nobody is led away', async () => {
    const browser = new TestBrowser(hub);
    await browser.get('/hub/sign-in');
    const changed = await browser.post('/hub/language', { language: 'xx', next: 'https://evil.example/' });
    expect(changed.headers.location).toBe('/hub/home');
    expect(browser.cookies.has('juhub-language')).toBe(false);
  });
});
