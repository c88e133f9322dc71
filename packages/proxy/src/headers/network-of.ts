import { isIPv6 } from 'node:net';

/**
 * The part of an address that stands for one caller. Whoever has an IPv6 address has at least a /64 of them (RFC 6177): they count as one.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) {
    return address;
  }
  const [head = '', tail = ''] = address.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}
