import type { CheckedSite } from '../connector-site.js';

/** One machine to sign in to, with all that it takes. */
export interface SshHop {
  host: string;
  port: number;
  user: string;
  knownHostsFile: string;
  privateKeyFile: string;
  passphraseFile: string | undefined;
}

/** The ways in of one identity to one site: each login node, and the jump host before all of them if there is one. */
export interface SshWay {
  site: string;
  jump: SshHop | undefined;
  hosts: SshHop[];
  connectTimeoutMs: number;
  keepaliveMs: number;
}

/** Fills in the account and what the jump host inherits from its site. */
export function planSshWay(site: CheckedSite, account: string): SshWay {
  const fill = (text: string) => text.replaceAll('{account}', account);
  const files = {
    // The site's schema requires the two files of a site of kind ssh.
    knownHostsFile: site.knownHostsFile ?? '',
    privateKeyFile: fill(site.privateKeyFile ?? ''),
    passphraseFile: site.passphraseFile === undefined ? undefined : fill(site.passphraseFile),
  };
  const { jump } = site;
  return {
    site: site.name,
    jump: jump && {
      host: jump.host,
      port: jump.port,
      user: fill(jump.user),
      knownHostsFile: jump.knownHostsFile ?? files.knownHostsFile,
      ...(jump.privateKeyFile === undefined
        ? { privateKeyFile: files.privateKeyFile, passphraseFile: files.passphraseFile }
        : {
            privateKeyFile: fill(jump.privateKeyFile),
            passphraseFile: jump.passphraseFile && fill(jump.passphraseFile),
          }),
    },
    hosts: (site.hosts ?? []).map(({ host, port }) => ({ host, port, user: account, ...files })),
    connectTimeoutMs: site.connectTimeoutMs,
    keepaliveMs: site.keepaliveSeconds * 1000,
  };
}

/** `user@host:port`, for people. */
export function formatHop({ user, host, port }: SshHop): string {
  return `${user}@${host}:${port}`;
}
