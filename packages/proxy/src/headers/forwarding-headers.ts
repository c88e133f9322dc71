import type { ClientRequest } from '../client-exchange.js';
import type { ProxyLogger } from '../proxy-logger.js';
import type { TrustedProxies } from './client-address.js';
import type { HeaderName } from './header-name.js';
import { readHeader } from './raw-headers.js';
import type { RequestHead } from './request-head.js';

/** What a request says on its way about where it came from; what the caller said of itself has been taken out before. */
export interface ForwardingHeaders {
  /** The Host of a request that came without one. */
  readonly host: string;
  /** Whether this header about where a request came from goes on as it came, because who sent it is trusted. */
  passes(request: ClientRequest, name: HeaderName): boolean;
  /** As the lines of a message; `client` is the address that the request came from, where that is known. */
  format(request: ClientRequest, head: RequestHead, client: string | undefined): string;
}

/** The headers that `format` writes. */
const setAnew: ReadonlySet<string> = new Set(['for', 'host', 'port', 'proto'].map((word) => `x-forwarded-${word}`));

/** One public address: X-Forwarded-Proto, -Host and -Port are the same for all requests. */
export class PublicForwarding implements ForwardingHeaders {
  readonly host: string;
  readonly #text: string;

  constructor({ host, protocol, port }: URL) {
    this.host = host;
    this.#text = formatOrigin({ proto: protocol.slice(0, -1), host, port: port || defaultPort(protocol === 'https:') });
  }

  passes(): boolean {
    return false;
  }

  format(_request: ClientRequest, _head: RequestHead, client: string | undefined): string {
    return this.#text + formatClient(client);
  }
}

/** No address of its own: says what the request said, and believes trusted proxies in front about what they were asked. */
export class RequestForwarding implements ForwardingHeaders {
  readonly host = 'localhost';
  readonly #trustedProxies: TrustedProxies;
  readonly #log: ProxyLogger;
  #hasNoted = false;

  constructor(trustedProxies: TrustedProxies, log: ProxyLogger) {
    this.#trustedProxies = trustedProxies;
    this.#log = log;
  }

  /**
   * What a trusted proxy says beyond the address, like the user that it has signed in. Of the address only the headers
   * that are checked and set anew go on: in `Forwarded` and `X-Real-IP` the caller may have spoken.
   */
  passes({ socket }: ClientRequest, { normalized }: HeaderName): boolean {
    if (this.#trustedProxies.trusts(socket.remoteAddress)) {
      return normalized.startsWith('x-forwarded-') && !setAnew.has(normalized);
    }
    this.#noteStranger(socket.remoteAddress);
    return false;
  }

  /** Once: anybody may send such headers, but whoever forgot to name a proxy of theirs needs to find out. */
  #noteStranger(from: string | undefined): void {
    if (this.#hasNoted) return;
    this.#hasNoted = true;
    this.#log.info(
      { from },
      'A caller said where its request came from (X-Forwarded-* or the like), and is not believed. If this address is a proxy of yours, name it as a trusted one. This is said once.',
    );
  }

  format({ socket }: ClientRequest, { host: hosts, rawHeaders }: RequestHead, client: string | undefined): string {
    const host = hosts[0] ?? this.host;
    const secure = socket.encrypted === true;
    const port = /:(\d+)$/.exec(host)?.[1] ?? defaultPort(secure);
    const own = { proto: secure ? 'https' : 'http', host, port };
    if (!this.#trustedProxies.trusts(socket.remoteAddress)) return formatOrigin(own) + formatClient(client);
    const said = (name: string): string | undefined => readHeader(rawHeaders, `x-forwarded-${name}`)[0];
    const asked = { proto: said('proto') ?? own.proto, host: said('host') ?? host, port: said('port') ?? port };
    return formatOrigin(asked) + formatClient(client);
  }
}

/** Says nothing of its own; what a trusted proxy says goes on as it came. */
export class SilentForwarding implements ForwardingHeaders {
  readonly host = 'localhost';
  readonly #trustedProxies: TrustedProxies;

  constructor(trustedProxies: TrustedProxies) {
    this.#trustedProxies = trustedProxies;
  }

  passes({ socket }: ClientRequest): boolean {
    return this.#trustedProxies.trusts(socket.remoteAddress);
  }

  format(): string {
    return '';
  }
}

function formatOrigin({ proto, host, port }: { proto: string; host: string; port: string }): string {
  return `X-Forwarded-Proto: ${proto}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Port: ${port}\r\n`;
}

function formatClient(client: string | undefined): string {
  return client === undefined ? '' : `X-Forwarded-For: ${client}\r\n`;
}

function defaultPort(secure: boolean): string {
  return secure ? '443' : '80';
}
