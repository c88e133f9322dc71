import type { ConnectorSite } from '@juhub/connector';
import type { JumpConfig, SiteConfig } from '../config/config.js';

/** What the connector is told of a site: how to get there and with which key, and nothing of its users or templates. */
export function toConnectorSite(site: SiteConfig): ConnectorSite {
  if (site.kind === 'local') {
    return { name: site.name, kind: 'local' };
  }
  return {
    name: site.name,
    kind: 'ssh',
    hosts: site.hosts.map(({ host, port }) => ({ host, port })),
    knownHostsFile: site.knownHosts,
    privateKeyFile: site.privateKey,
    ...(site.passphraseFile === undefined ? {} : { passphraseFile: site.passphraseFile }),
    ...(site.jump === undefined ? {} : { jump: toConnectorJump(site.jump) }),
    keepaliveSeconds: site.keepaliveSeconds,
    connectTimeoutMs: site.connectTimeoutSeconds * 1000,
  };
}

function toConnectorJump(jump: JumpConfig): NonNullable<ConnectorSite['jump']> {
  return {
    host: jump.host,
    port: jump.port,
    user: jump.account,
    knownHostsFile: jump.knownHosts,
    privateKeyFile: jump.privateKey,
    ...(jump.passphraseFile === undefined ? {} : { passphraseFile: jump.passphraseFile }),
  };
}
