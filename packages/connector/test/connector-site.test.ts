import { describe, expect, it } from 'vitest';
import { connectorSiteSchema, isHost } from '../src/connector-site.js';
import { planSshWay } from '../src/ssh/ssh-hop.js';

const ssh = {
  name: 'cluster',
  kind: 'ssh' as const,
  hosts: [{ host: 'login1' }],
  knownHostsFile: '/etc/juhub/known_hosts',
  privateKeyFile: '/etc/juhub/keys/{account}',
};

describe('a site', () => {
  it('of kind ssh needs hosts, known host keys and a private key', () => {
    const { error } = connectorSiteSchema.safeParse({ name: 'cluster', kind: 'ssh' });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['hosts', 'knownHostsFile', 'privateKeyFile']);
  });

  it('of kind local needs nothing', () => {
    expect(connectorSiteSchema.parse({ name: 'here', kind: 'local' })).toMatchObject({ keepaliveSeconds: 15 });
  });

  it('refuses a field that it does not know, and a host that is none', () => {
    expect(connectorSiteSchema.safeParse({ ...ssh, knownHosts: 'x' }).success).toBe(false);
    expect(connectorSiteSchema.safeParse({ ...ssh, hosts: [{ host: '-oProxyCommand=id' }] }).success).toBe(false);
  });

  it('puts the account where the placeholder is, and lets the jump host inherit', () => {
    const site = connectorSiteSchema.parse({ ...ssh, jump: { host: 'gate', user: 'hub' } });
    const way = planSshWay(site, 'alice');
    expect(way.hosts[0]).toMatchObject({
      host: 'login1',
      port: 22,
      user: 'alice',
      privateKeyFile: '/etc/juhub/keys/alice',
    });
    expect(way.jump).toMatchObject({ host: 'gate', user: 'hub', privateKeyFile: '/etc/juhub/keys/alice' });
    const own = connectorSiteSchema.parse({ ...ssh, jump: { host: 'gate', privateKeyFile: '/gate/{account}' } });
    expect(planSshWay(own, 'alice').jump).toMatchObject({ user: 'alice', privateKeyFile: '/gate/alice' });
  });
});

describe('a host', () => {
  it.each(['gpu1', 'jwb0001.juwels', '10.0.0.1', '::1', 'fe80::1', 'a_b', 'node-1'])('may be %s', (host) => {
    expect(isHost(host)).toBe(true);
  });

  it.each(['', '-x', 'a b', 'a\nb', 'a;b', '$(id)', 'a/b', 'user@host', 'host:22', 'ü'])('may not be %j', (host) => {
    expect(isHost(host)).toBe(false);
  });
});
