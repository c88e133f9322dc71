import { describe, expect, it } from 'vitest';
import { readLocalPath } from '../../src/auth/local-path.js';
import { comesFromHub } from '../../src/auth/origin-check.js';
import { checkXsrfToken, makeXsrfToken } from '../../src/auth/xsrf.js';

describe('an XSRF token', () => {
  it('fits the cookie that it was made for, looks different each time, and fits no other', () => {
    const [one, other] = [makeXsrfToken('cookie'), makeXsrfToken('cookie')];
    expect(one).not.toBe(other);
    expect([checkXsrfToken(one, 'cookie'), checkXsrfToken(other, 'cookie')]).toEqual([true, true]);
    expect(checkXsrfToken(one, 'another cookie')).toBe(false);
  });

  it.each(['', 'x', 'A'.repeat(86), `${makeXsrfToken('cookie')}AAAA`, makeXsrfToken('cookie').slice(4)])(
    'like %j fits nothing',
    (token) => {
      expect(checkXsrfToken(token, 'cookie')).toBe(false);
    },
  );
});

describe('comesFromHub', () => {
  const hub = 'https://juhub.example.org';

  it('believes what the browser says of the site', () => {
    expect(comesFromHub({ fetchSite: 'same-origin', origin: undefined }, hub)).toBe(true);
    for (const fetchSite of ['same-site', 'cross-site', 'none', '']) {
      expect(comesFromHub({ fetchSite, origin: hub }, hub)).toBe(false);
    }
  });

  it('compares the origin where the browser says nothing of the site', () => {
    expect(comesFromHub({ fetchSite: undefined, origin: hub }, hub)).toBe(true);
    for (const origin of ['null', 'http://juhub.example.org', 'https://juhub.example.org.evil.org', `${hub}:8443`]) {
      expect(comesFromHub({ fetchSite: undefined, origin }, hub)).toBe(false);
    }
    expect(comesFromHub({ fetchSite: undefined, origin: undefined }, hub)).toBe(true);
  });

  it('takes the names of the loopback for one', () => {
    const local = 'http://127.0.0.1:8000';
    expect(comesFromHub({ fetchSite: undefined, origin: 'http://localhost:8000' }, local)).toBe(true);
    expect(comesFromHub({ fetchSite: undefined, origin: 'http://localhost:9000' }, local)).toBe(false);
    expect(comesFromHub({ fetchSite: undefined, origin: 'http://evil.org:8000' }, local)).toBe(false);
  });
});

describe('readLocalPath', () => {
  it.each(['/hub/start?site=a&x=%20', '/user/alice/default/lab/tree/a.ipynb', '/hub/gate?next=%2Fuser%2Falice%2F'])(
    'keeps %s',
    (path) => {
      expect(readLocalPath(path)).toBe(path);
    },
  );

  it.each([
    undefined,
    '',
    '/',
    'home',
    '//evil.org/hub/',
    '/\\evil.org',
    'https://evil.org/hub/',
    'javascript:alert(1)',
    '/hub/..//evil.org',
    '/hub/../../evil',
    '/hub/\\..\\..\\evil.org',
    '/hub/\r\nSet-Cookie: x',
    '/hub/\t/evil',
    '/hub/ü',
    '/hubris/x',
    `/hub/${'x'.repeat(2000)}`,
  ])('sends %j home', (path) => {
    expect(readLocalPath(path)).toBe('/hub/home');
  });
});
