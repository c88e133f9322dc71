import { type HeaderName, readHeaderName } from './header-name.js';
import type { RawHeaders } from './raw-headers.js';

/**
 * The headers of a request, read once. Of those that decide about the request all values are here, in the order in
 * which they came: how often a header came is a part of the decision.
 */
export interface RequestHead {
  readonly rawHeaders: RawHeaders;
  /** One for each pair in `rawHeaders`. */
  readonly names: readonly HeaderName[];
  readonly host: readonly string[];
  readonly connection: readonly string[];
  readonly contentLength: readonly string[];
  readonly transferEncoding: readonly string[];
  readonly expect: readonly string[];
  readonly upgrade: readonly string[];
  readonly te: readonly string[];
  readonly cookie: readonly string[];
  readonly authorization: readonly string[];
  readonly forwardedFor: readonly string[];
}

/** Shared by all that is absent; never written to. */
const none: string[] = [];

/** Reads the headers of a request. */
export function readRequestHead(rawHeaders: RawHeaders): RequestHead {
  const reading = new Reading(rawHeaders);
  for (let index = 0; index < rawHeaders.length; index += 2) {
    reading.take(readHeaderName(rawHeaders[index] ?? ''), rawHeaders[index + 1] ?? '');
  }
  return reading;
}

class Reading implements RequestHead {
  readonly rawHeaders: RawHeaders;
  readonly names: HeaderName[] = [];
  host = none;
  connection = none;
  contentLength = none;
  transferEncoding = none;
  expect = none;
  upgrade = none;
  te = none;
  cookie = none;
  authorization = none;
  forwardedFor = none;

  constructor(rawHeaders: RawHeaders) {
    this.rawHeaders = rawHeaders;
  }

  take(name: HeaderName, value: string): void {
    this.names.push(name);
    const property = properties[name.lower];
    if (property === undefined) return;
    if (this[property] === none) this[property] = [value];
    else this[property].push(value);
  }
}

type Property = Exclude<keyof RequestHead, 'rawHeaders' | 'names'>;

/** Without a prototype: `constructor` is the name of a header like any other. */
const properties: Readonly<Record<string, Property | undefined>> = Object.assign(Object.create(null), {
  host: 'host',
  connection: 'connection',
  'content-length': 'contentLength',
  'transfer-encoding': 'transferEncoding',
  expect: 'expect',
  upgrade: 'upgrade',
  te: 'te',
  cookie: 'cookie',
  authorization: 'authorization',
  'x-forwarded-for': 'forwardedFor',
});

/** Whether a body comes with the request (RFC 9112, 6.3). */
export function hasBody({ contentLength, transferEncoding }: RequestHead): boolean {
  return transferEncoding.length > 0 || (contentLength.length > 0 && !/^0+$/.test(contentLength[0] ?? ''));
}
