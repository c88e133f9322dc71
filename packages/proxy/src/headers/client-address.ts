import { BlockList, isIP } from 'node:net';

/** In the list of trusted proxies: whoever connects through a unix socket. */
const unixWord = 'unix';

/**
 * Whose word about where a request came from is believed. A proxy in front of ours adds the address that it saw to the
 * end of X-Forwarded-For; whatever stands before the first address that is not one of our own proxies was said by the
 * caller.
 */
export class TrustedProxies {
  readonly #addresses = new BlockList();
  readonly #trustsUnix: boolean;
  readonly #isEmpty: boolean;

  /** Takes addresses, networks (`10.0.0.0/8`) and `unix`. @throws TypeError for anything else */
  constructor(trusted: readonly string[] = []) {
    this.#isEmpty = trusted.length === 0;
    this.#trustsUnix = trusted.includes(unixWord);
    for (const entry of trusted) if (entry !== unixWord) this.#add(entry);
  }

  /** The address of the client: the peer's, or what trusted peers say of it. Nothing for an untrusted unix socket. */
  readClientAddress(peer: string | undefined, forwardedFor: readonly string[]): string | undefined {
    if (this.#isEmpty || forwardedFor.length === 0) return peer;
    let client = peer;
    const said = forwardedFor.flatMap((value) => value.split(','));
    while (this.trusts(client)) {
      const before = said.pop()?.trim();
      if (before === undefined || isIP(before) === 0) break;
      client = before;
    }
    return client;
  }

  /** Whether this peer is one of our own proxies. */
  trusts(address: string | undefined): boolean {
    if (address === undefined) return this.#trustsUnix;
    return this.#addresses.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }

  #add(entry: string): void {
    const [address = '', bits, ...rest] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (isIP(address) === 0 || rest.length > 0 || !(prefix <= most)) {
      throw new TypeError(`A trusted proxy is an address, a network like 10.0.0.0/8, or "unix"; not "${entry}".`);
    }
    this.#addresses.addSubnet(address, prefix, family);
  }
}
