import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequestPath } from '../src/routes/request-path.js';
import { parseRoutePath } from '../src/routes/route-path.js';

test.each([
  ['', 'nothing'],
  ['*', 'the asterisk form'],
  ['http://other/a', 'the absolute form'],
  ['//evil.example/', 'two slashes at the start'],
  ['/a/../b', 'a dot segment'],
  ['/a/./b', 'a single dot segment'],
  ['/a/..', 'a dot segment at the end'],
  ['/a/%2e%2e/b', 'an encoded dot segment'],
  ['/a/.%2E/b', 'a half encoded dot segment'],
  ['/a/..;x/b', 'a dot segment with a parameter'],
  ['/a\\b', 'a backslash'],
  ['/a%00b', 'an encoded NUL'],
  ['/a%0d%0ab', 'an encoded line break'],
  ['/a%7Fb', 'an encoded DEL'],
  ['/%', 'a lone percent sign'],
  ['/a%4', 'half an escape'],
  ['/a%zz', 'an escape that is none'],
  ['/a#b', 'a fragment'],
  ['/a?b#c', 'a fragment behind the query'],
  ['/ä', 'an octet that is not ASCII'],
  ['/a b', 'a space'],
  ['/<a>', 'angle brackets'],
])('The path %j is refused: %s.', (path) => {
  expect(() => readRequestPath(path)).toThrow(expect.objectContaining({ code: 'bad-path', status: 400 }));
});

test('A path is decoded once, segment by segment, and kept as it came for the target.', () => {
  const path = readRequestPath('/user/a%40b/x%2Fy/%C3%A4/?a=b/../c');
  expect(path.pathname).toBe('/user/a%40b/x%2Fy/%C3%A4/');
  expect(path.search).toBe('?a=b/../c');
  expect(path.segments).toEqual(['user', 'a@b', 'x/y', '\u00c3\u00a4', '']);
});

test.each(['/user/alice/lab', '/user/a@b/api/contents/x%20y.ipynb', '/hub/', '/'])(
  'The ordinary path %j leaves no choice of reading.',
  (path) => {
    expect(readRequestPath(path).looseReadings).toEqual([]);
  },
);

test.each([
  ['/hub/x%2f..%2f..%2fuser%2falice', ['user', 'alice']],
  ['/user//alice/', ['user', 'alice']],
  ['/user%2falice', ['user', 'alice']],
  ['/user%5Calice', ['user', 'alice']],
  ['/user;x/alice', ['user', 'alice']],
  ['/user/al%2569ce', ['user', 'alice']],
  ['/user/al%252569ce', ['user', 'alice']],
  ['/hub/%252e%252e/user/alice', ['user', 'alice']],
])('A laxer reader might take %j for another path, and that reading is known.', (path, reading) => {
  expect(readRequestPath(path).looseReadings).toContainEqual(reading);
});

test('Whatever the octets of a request target, reading it either gives segments without dots or throws bad-path.', () => {
  const piece = fc.constantFrom(
    '/',
    '.',
    '..',
    '%2e',
    '%2f',
    '%5c',
    '\\',
    '%25',
    '%',
    'a',
    ';',
    '?',
    '#',
    '%00',
    '@',
    '\u00ff',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      let path: ReturnType<typeof readRequestPath>;
      try {
        path = readRequestPath(`/${pieces.join('')}`);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-path' });
        return;
      }
      expect(path.segments).not.toContain('..');
      expect(path.segments).not.toContain('.');
      expect(path.pathname + path.search).toBe(`/${pieces.join('')}`);
    }),
    { seed: 7, numRuns: 3000 },
  );
});

test('The path of a route and the path of a request agree on names of every alphabet, however they are encoded.', () => {
  for (const name of ['alice', 'a@b.c', 'zoë', '李', 'a b', "o'hara", '__proto__']) {
    const route = parseRoutePath(`/user/${name}/`);
    expect(readRequestPath(`/user/${encodeURIComponent(name)}`).segments).toEqual(route.segments);
    expect(readRequestPath(route.prefix).segments.slice(0, -1)).toEqual(route.segments);
    expect(route.key).toBe(`/user/${name}`);
  }
  expect(readRequestPath('/user/a@b').segments).toEqual(readRequestPath('/user/a%40b').segments);
});

test.each(['/a/../b', '/a/./b', '/a\\b', '/a;b', '/a\nb', '/a\ud800b'])(
  'A route at %j is refused, since no request could reach it.',
  (path) => {
    expect(() => parseRoutePath(path)).toThrow(expect.objectContaining({ code: 'bad-route' }));
  },
);
