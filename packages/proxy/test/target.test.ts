import { expect, test } from 'vitest';
import { parseTarget } from '../src/routes/target.js';

test.each([
  ['http://127.0.0.1:8081', { secure: false, address: { host: '127.0.0.1', port: 8081 }, pathPrefix: '' }],
  ['http://gpu1/', { secure: false, address: { host: 'gpu1', port: 80 }, pathPrefix: '' }],
  ['https://gpu1/base/', { secure: true, address: { host: 'gpu1', port: 443 }, pathPrefix: '/base' }],
  ['http://[::1]:9', { secure: false, address: { host: '::1', port: 9 }, pathPrefix: '' }],
  ['unix+http://%2Frun%2Fa%20b.sock', { secure: false, address: { socketPath: '/run/a b.sock' }, pathPrefix: '' }],
  [
    'http+unix://%2Frun%2FHub.sock/base',
    { secure: false, address: { socketPath: '/run/Hub.sock' }, pathPrefix: '/base' },
  ],
])('The target %s is understood.', (href, expected) => {
  expect(parseTarget(href)).toEqual({ href, ...expected });
});

test.each([
  '',
  'gpu1:8888',
  'ftp://gpu1/',
  'http://',
  'http://user:pa55@gpu1/',
  'http://gpu1/?a=b',
  'http://gpu1/#a',
  'http://gpu1:99999/',
  'unix+http://relative.sock',
  'unix+http://%2Frun%2F%zz',
  'unix+http://%2Frun%00',
  'unix+http://%2Frun%2Fa.sock/x HTTP/1.1\r\nX-Forged: 1',
  'unix+http://%2Frun%2Fa.sock/zoë',
  `unix+http://${encodeURIComponent(`/run/${'x'.repeat(104)}`)}`,
])('The target %j is refused, and the message does not repeat it.', (href) => {
  try {
    parseTarget(href);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'bad-target' });
    expect(String(error)).not.toContain('pa55');
  }
});
