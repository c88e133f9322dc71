import type { ConnectorSite } from '@juhub/connector';
import type { JumpConfig, SiteConfig } from './config.js';

/** What the connector has to know of a site: hosts and keys, but neither users nor schedulers. */
export function toConnectorSite(site: SiteConfig): ConnectorSite {
  if (site.kind === 'local') {
    return { name: site.name, kind: 'local' };
  }
  return {
    name: site.name,
    kind: 'ssh',
    hosts: site.hosts,
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
