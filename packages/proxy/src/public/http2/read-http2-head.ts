import { randomBytes } from 'node:crypto';
import { type IncomingHttpHeaders, METHODS } from 'node:http';
import { readHeaderName } from '../../headers/header-name.js';
import { eachHeader, joinHeaders, type RawHeaders } from '../../headers/raw-headers.js';
import { ProxyError } from '../../proxy-error.js';
import { headTooLarge } from '../answer-parse-error.js';

/** The head of a request of HTTP/2 as HTTP/1.1 would have said it. */
export interface TranslatedHead {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: string[];
  readonly headers: IncomingHttpHeaders;
  /** Extended CONNECT (RFC 8441): has become a request to upgrade. */
  readonly isUpgrade: boolean;
  /** Why it must be refused. */
  readonly fault: ProxyError | undefined;
}

interface HeadLimits {
  /** By the measure of RFC 9113, 6.5.2: 32 more for each header. */
  headerBytes: number;
}

const bytesPerHeader = 32;
/** With HTTP/1.1 there are no others either. */
const methods: ReadonlySet<string> = new Set(METHODS);
const pseudoNames: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path', ':protocol']);
/** What a header may hold (RFC 9110, 5.5), and what a name is in HTTP/2 (RFC 9113, 8.2.1). */
const oddOctet = /[\0-\x08\x0a-\x1f\x7f]|^[ \t]|[ \t]$/;
const upperCase = /[A-Z]/;
/** They speak of a connection of HTTP/1 (RFC 9113, 8.2.2); `te` is looked at by itself. */
const forbiddenNames: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings'],
]);
const lengthForm = /^[0-9]{1,15}$/;
/** As much as with HTTP/1.1; what is no path is refused where all paths are read. */
const pathForm = /^[\x21-\x7e\x80-\xff]+$/;

/**
 * Translates the head of a request strictly, and does not rely on the library below having looked at it. All that
 * follows (framing, path, gate, forwarding) sees a request of HTTP/1.1. `ended`: no body comes.
 */
export function readHttp2Head(rawHeaders: RawHeaders, ended: boolean, limits: HeadLimits): TranslatedHead {
  const reading = new Reading();
  let fault: ProxyError | undefined;
  try {
    checkSize(rawHeaders, limits.headerBytes);
    for (const [name, value] of eachHeader(rawHeaders)) reading.take(name, value);
    reading.check(ended);
  } catch (error) {
    fault = ProxyError.from(error);
  }
  return reading.translate(ended, fault);
}

/** Throws `bad-request` for trailers that HTTP/1.1 could not have said. */
export function readHttp2Trailers(rawHeaders: RawHeaders): string[] {
  for (const [name, value] of eachHeader(rawHeaders)) checkField(name, value);
  return [...rawHeaders];
}

function checkSize(rawHeaders: RawHeaders, headerBytes: number): void {
  let bytes = 0;
  for (const [name, value] of eachHeader(rawHeaders)) bytes += name.length + value.length + bytesPerHeader;
  if (bytes > headerBytes) throw headTooLarge(headerBytes);
}

function checkField(name: string, value: string): void {
  if (!readHeaderName(name).isToken || upperCase.test(name)) throw malformed('a header has no proper name');
  if (oddOctet.test(value)) throw malformed('a header holds line breaks or other control characters');
  if (forbiddenNames.has(readHeaderName(name).normalized)) throw malformed(`${name} has no place in HTTP/2`);
  if (name === 'te' && value !== 'trailers') throw malformed('`te` may only say `trailers`');
}

function malformed(what: string): ProxyError {
  return new ProxyError('bad-request', `The request is not HTTP/2 (RFC 9113, 8): ${what}.`);
}

class Reading {
  readonly #pseudo = new Map<string, string>();
  readonly #fields: string[] = [];
  readonly #cookies: string[] = [];
  readonly #hosts: string[] = [];
  readonly #lengths: string[] = [];

  take(name: string, value: string): void {
    if (name.startsWith(':')) this.#takePseudo(name, value);
    else {
      checkField(name, value);
      if (name === 'cookie') this.#cookies.push(value);
      else if (name === 'host') this.#hosts.push(value);
      else if (name === 'content-length') this.#lengths.push(value);
      else if (!this.#isTunnel || name !== 'sec-websocket-key') this.#fields.push(name, value);
    }
  }

  #takePseudo(name: string, value: string): void {
    if (!pseudoNames.has(name) || this.#pseudo.has(name)) throw malformed(`${name} is unknown or came twice`);
    if (this.#hasField) throw malformed(`${name} came too late`);
    if (value === '' || oddOctet.test(value)) throw malformed(`${name} is empty or holds control characters`);
    this.#pseudo.set(name, value);
  }

  get #hasField(): boolean {
    return [this.#fields, this.#cookies, this.#hosts, this.#lengths].some(({ length }) => length > 0);
  }

  get #isTunnel(): boolean {
    return this.#pseudo.has(':protocol');
  }

  /**
   * What must be true of all together. The library below sees to it that a body is as long as was promised. A plain
   * CONNECT is refused later, like any other of its kind.
   */
  check(ended: boolean): void {
    const [length] = this.#lengths;
    if (length !== undefined && (this.#lengths.length > 1 || !lengthForm.test(length) || this.#isTunnel)) {
      throw malformed('its length is not clear');
    }
    if (ended && length !== undefined && Number(length) > 0) throw malformed('the body that it promises is missing');
    const method = this.#pseudo.get(':method');
    if (method === undefined || !methods.has(method)) throw malformed('the method is none');
    if (this.#isTunnel && method !== 'CONNECT') throw malformed('`:protocol` belongs to CONNECT');
    if (method === 'CONNECT' && !this.#isTunnel) return;
    if (this.#pseudo.get(':scheme') !== 'https') throw malformed('the scheme is not https');
    if (!pathForm.test(this.#pseudo.get(':path') ?? '')) throw malformed('the path is none');
    const authority = this.#pseudo.get(':authority');
    const [host] = this.#hosts;
    if (this.#hosts.length > 1 || (authority ?? host) === undefined) throw malformed('it needs exactly one host');
    if (host !== undefined && authority !== undefined && host.toLowerCase() !== authority.toLowerCase()) {
      throw malformed('`host` is not what `:authority` says');
    }
  }

  translate(ended: boolean, fault: ProxyError | undefined): TranslatedHead {
    const isUpgrade = this.#isTunnel;
    const host = this.#pseudo.get(':authority') ?? this.#hosts[0];
    const rawHeaders = host === undefined ? [] : ['host', host];
    rawHeaders.push(...this.#fields);
    // RFC 9113, 8.2.3: a browser cuts the one Cookie of HTTP/1 into pieces.
    if (this.#cookies.length > 0) rawHeaders.push('cookie', this.#cookies.join('; '));
    if (isUpgrade) rawHeaders.push(...describeUpgrade(this.#pseudo.get(':protocol') ?? ''));
    else if (this.#lengths.length > 0) rawHeaders.push('content-length', ...this.#lengths);
    else if (!ended) rawHeaders.push('transfer-encoding', 'chunked');
    return {
      method: isUpgrade ? 'GET' : (this.#pseudo.get(':method') ?? ''),
      url: this.#pseudo.get(':path') ?? '',
      ...{ rawHeaders, headers: joinHeaders(rawHeaders), isUpgrade, fault },
    };
  }
}

/** RFC 8441, 5.1: what HTTP/1.1 says by its headers. The key is ours: the client has none. */
function describeUpgrade(protocol: string): string[] {
  const key = randomBytes(16).toString('base64');
  return ['connection', 'Upgrade', 'upgrade', protocol, 'sec-websocket-key', key];
}
