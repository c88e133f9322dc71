import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandHostList } from '../src/host-list.js';

describe('expandHostList', () => {
  it.each([
    ['cn1', ['cn1']],
    ['gpu[1-3,7],cn1', ['gpu1', 'gpu2', 'gpu3', 'gpu7', 'cn1']],
    ['jwb[0098-0101]', ['jwb0098', 'jwb0099', 'jwb0100', 'jwb0101']],
    ['r[1-2]n[01-02]-ib', ['r1n01-ib', 'r1n02-ib', 'r2n01-ib', 'r2n02-ib']],
    ['a,b', ['a', 'b']],
  ])('expands %s', (text, hosts) => {
    expect(expandHostList(text)).toEqual(hosts);
  });

  it.each(['', '(null)', 'None assigned', 'n/a'])('takes %j for no host', (text) => {
    expect(expandHostList(text)).toEqual([]);
  });

  it.each(['gpu[1-3', 'gpu]', 'a[b]', 'a[3-1]', 'a[[1]]', 'a[1-]'])('refuses %s instead of guessing', (text) => {
    expect(() => expandHostList(text)).toThrow(RangeError);
  });

  it.each(['a[1-99999999]', 'a[1-999]b[1-999]'])('refuses %s, which names more hosts than there are', (text) => {
    expect(() => expandHostList(text)).toThrow(/more than/);
  });

  it('gives as many hosts as a range has numbers, all of one width', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(50), fc.integer({ min: 3, max: 6 }), (first, more, width) => {
        const pad = (number: number) => String(number).padStart(width, '0');
        const hosts = expandHostList(`n[${pad(first)}-${pad(first + more)}]`);
        expect(hosts).toHaveLength(more + 1);
        expect(hosts.at(-1)).toBe(`n${pad(first + more)}`);
      }),
    );
  });
});
