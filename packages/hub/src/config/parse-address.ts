import type { HostAddress, ListenAddress } from './config.js';

/** What `parseListenAddress` understands, in words. */
export const listenAddressForms = 'host:port, fd:NUMBER or unix:/PATH, such as 127.0.0.1:8000';

/** Reads `127.0.0.1:8000`, `[::1]:8000`, `:8000` (every interface), `fd:3` or `unix:/path`; undefined for anything else. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const fd = /^fd:(\d{1,4})$/.exec(text)?.[1];
  if (fd !== undefined) {
    return { fd: Number(fd) };
  }
  const socketPath = /^unix:(\/[^\0]+)$/.exec(text)?.[1];
  if (socketPath !== undefined) {
    return { socketPath };
  }
  const tcp = /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]*):(?<port>\d{1,5})$/.exec(text)?.groups;
  const port = Number(tcp?.port);
  if (tcp === undefined || port > 65_535) {
    return undefined;
  }
  return { host: tcp.host?.replaceAll(/[[\]]/g, '') || '::', port };
}

/** Reads `host`, `host:port` or `[ipv6]:port` (port 22 where none is given); undefined for anything else. */
export function parseHostAddress(text: string): HostAddress | undefined {
  const found = /^(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::(?<port>\d{1,5}))?$/.exec(text)?.groups;
  const port = Number(found?.port ?? 22);
  if (found?.host === undefined || port < 1 || port > 65_535) {
    return undefined;
  }
  return { host: found.host.replaceAll(/[[\]]/g, ''), port };
}

/** `host:port` as a URL has it: an IPv6 address in brackets. */
export function formatHostPort({ host, port }: HostAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
