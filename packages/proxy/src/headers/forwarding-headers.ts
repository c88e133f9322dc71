import type { ClientRequest } from '../client-exchange.js';
import type { TrustedProxies } from './client-address.js';
import { readHeader } from './raw-headers.js';
import type { RequestHead } from './request-head.js';

/** What a request says on its way about where it came from; what the caller said of itself has been taken out before. */
export interface ForwardingHeaders {
  /** The Host of a request that came without one. */
  readonly host: string;
  /** As the lines of a message; `client` is the address that the request came from, where that is known. */
  format(request: ClientRequest, head: RequestHead, client: string | undefined): string;
}

/** One public address: X-Forwarded-Proto, -Host and -Port are the same for all requests. */
export class PublicForwarding implements ForwardingHeaders {
  readonly host: string;
  readonly #text: string;

  constructor({ host, protocol, port }: URL) {
    this.host = host;
    this.#text = formatOrigin({ proto: protocol.slice(0, -1), host, port: port || defaultPort(protocol === 'https:') });
  }

  format(_request: ClientRequest, _head: RequestHead, client: string | undefined): string {
    return this.#text + formatClient(client);
  }
}

/** No address of its own: says what the request said, and believes trusted proxies in front about what they were asked. */
export class RequestForwarding implements ForwardingHeaders {
  readonly host = 'localhost';
  readonly #trustedProxies: TrustedProxies;

  constructor(trustedProxies: TrustedProxies) {
    this.#trustedProxies = trustedProxies;
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

/** Says nothing. */
export const noForwarding: ForwardingHeaders = { host: 'localhost', format: () => '' };

function formatOrigin({ proto, host, port }: { proto: string; host: string; port: string }): string {
  return `X-Forwarded-Proto: ${proto}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Port: ${port}\r\n`;
}

function formatClient(client: string | undefined): string {
  return client === undefined ? '' : `X-Forwarded-For: ${client}\r\n`;
}

function defaultPort(secure: boolean): string {
  return secure ? '443' : '80';
}
