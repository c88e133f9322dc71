import { describe, expect, it } from 'vitest';
import { readNext } from '../../src/pages/gate/read-next.js';

describe('The way to a server', () => {
  it('is read from a path with its query', () => {
    expect(readNext('/user/alice/default/lab/tree/a%20b.ipynb?reset&x=1')).toEqual({
      userName: 'alice',
      serverName: 'default',
      serverPath: '/user/alice/default/',
      target: '/user/alice/default/lab/tree/a%20b.ipynb?reset&x=1',
    });
  });

  it('gets the slash that the cookie needs', () => {
    expect(readNext('/user/alice/default')?.target).toBe('/user/alice/default/');
  });

  it('keeps its own slashes', () => {
    expect(readNext('/user/alice/default/a//b/')?.target).toBe('/user/alice/default/a//b/');
  });

  it('has dot segments taken out before its owner is read', () => {
    expect(readNext('/user/alice/default/../../bob/x/lab')).toMatchObject({ userName: 'bob', serverName: 'x' });
  });

  it.each([
    'https://evil.example/user/alice/default/',
    '//evil.example/user/alice/default/',
    '/\\evil.example/user/alice/default/',
    '/user/alice/default/\\..\\..',
    '/user//evil.example/',
    '/user/../..//evil.example/',
    '/user/%2e%2e/hub/home',
    '/user/alice/default/\r\nSet-Cookie: a=b',
    '/user/alice/default/\u0000',
    '/user/alice/default/ü',
    '/user/%61lice/default/',
    '/user/alice/Default/',
    '/user/alice',
    '/user/alice/',
    '/hub/home',
    '',
    'javascript:alert(1)',
    `/user/alice/default/${'a'.repeat(9000)}`,
    undefined,
    ['/user/alice/default/', '/user/alice/default/'],
  ])('is not %j', (next) => {
    expect(readNext(next)).toBeUndefined();
  });
});
