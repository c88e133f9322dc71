import { expect, test } from 'vitest';
import { isHostOfJob, parseEndpoint } from '../../src/spawn/endpoint.js';

test('An announcement with a host name and a port is taken', () => {
  expect(parseEndpoint('{"host":"gpu1","port":41234,"job":"12","restart":1}')).toEqual({
    host: 'gpu1',
    port: 41234,
    restart: 1,
  });
});

test.each([
  ['half a line', '{"host":"gpu1","po'],
  ['a port below 1024', '{"host":"gpu1","port":22}'],
  ['a port that is text', '{"host":"gpu1","port":"41234"}'],
  ['a port beyond the last', '{"host":"gpu1","port":65536}'],
  ['a host with a slash', '{"host":"gpu1/../x","port":41234}'],
  ['a host with a line break', '{"host":"gpu1\\nx","port":41234}'],
  ['a host that looks like an option', '{"host":"-oProxyCommand","port":41234}'],
  ['a list', '["gpu1",41234]'],
  ['null', 'null'],
])('An announcement with %s is not taken', (_what, text) => {
  expect(parseEndpoint(text)).toBeUndefined();
});

test('A job may announce its own node, also by the name of its fast network or its full name', () => {
  expect(isHostOfJob('jwc00n001', ['jwc00n001'])).toBe(true);
  expect(isHostOfJob('jwc00n001i', ['jwc00n001'])).toBe(true);
  expect(isHostOfJob('jwc00n001.juwels', ['jwc00n001'])).toBe(true);
});

test('A job may not announce a host that merely begins like its node, nor any other', () => {
  expect(isHostOfJob('jwc00n0012', ['jwc00n001'])).toBe(false);
  expect(isHostOfJob('127.0.0.1', ['jwc00n001'])).toBe(false);
  expect(isHostOfJob('jwc00n001', [])).toBe(false);
});
