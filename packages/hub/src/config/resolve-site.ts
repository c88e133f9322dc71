import { userInfo } from 'node:os';
import type { HostAddress, JumpConfig, LoginNodeConfig, SiteConfig, SshSiteConfig } from './config.js';
import { parseHostAddress } from './parse-address.js';
import type { SiteSettings } from './settings-schema.js';

type SshSettings = Extract<SiteSettings, { kind: 'ssh' }>;

/** Fills in what a site's settings leave open; `absolute` turns a path of the file into an absolute one. */
export function resolveSite(settings: SiteSettings, absolute: (path: string) => string): SiteConfig {
  const loginNode = resolveLoginNode(settings.loginNode ?? settings.scheduler === 'none');
  const base = {
    name: settings.name,
    title: settings.title ?? settings.name,
    accounts: Object.assign(Object.create(null) as Record<string, string>, settings.accounts),
    ...(settings.serviceAccount === undefined ? {} : { serviceAccount: settings.serviceAccount }),
    scheduler: settings.scheduler,
    ...(loginNode === undefined ? {} : { loginNode }),
    ...(settings.idle === undefined ? {} : { idle: settings.idle }),
    pollSeconds: settings.pollSeconds,
    startsAtOnce: settings.startsAtOnce,
  };
  if (settings.kind === 'local') {
    return { ...base, kind: 'local', account: settings.account ?? userInfo().username };
  }
  return { ...base, kind: 'ssh', account: settings.account, ...resolveConnection(settings, absolute) };
}

function resolveLoginNode(setting: NonNullable<SiteSettings['loginNode']>): LoginNodeConfig | undefined {
  if (typeof setting === 'boolean') {
    return setting ? { title: 'Login node' } : undefined;
  }
  return { title: setting.title, ...(setting.maxMinutes === undefined ? {} : { maxMinutes: setting.maxMinutes }) };
}

type Connection = Pick<
  SshSiteConfig,
  'hosts' | 'knownHosts' | 'privateKey' | 'passphraseFile' | 'jump' | 'keepaliveSeconds' | 'connectTimeoutSeconds'
>;

function resolveConnection(settings: SshSettings, absolute: (path: string) => string): Connection {
  const keys = resolveKeys(settings, absolute);
  return {
    hosts: settings.hosts.map(readHost),
    ...keys,
    ...(settings.jump === undefined ? {} : { jump: resolveJump(settings.jump, keys, absolute) }),
    keepaliveSeconds: settings.keepaliveSeconds,
    connectTimeoutSeconds: settings.connectTimeoutSeconds,
  };
}

type Keys = Pick<SshSiteConfig, 'knownHosts' | 'privateKey' | 'passphraseFile'>;

function resolveKeys(settings: Keys, absolute: (path: string) => string): Keys {
  return {
    knownHosts: absolute(settings.knownHosts),
    privateKey: absolute(settings.privateKey),
    ...(settings.passphraseFile === undefined ? {} : { passphraseFile: absolute(settings.passphraseFile) }),
  };
}

/** A jump without a key of its own uses the site's key, and then the site's passphrase too. */
function resolveJump(
  jump: NonNullable<SshSettings['jump']>,
  site: Keys,
  absolute: (path: string) => string,
): JumpConfig {
  const knownHosts = jump.knownHosts === undefined ? site.knownHosts : absolute(jump.knownHosts);
  const keys =
    jump.privateKey === undefined
      ? { ...site, knownHosts }
      : resolveKeys({ ...jump, knownHosts, privateKey: jump.privateKey }, absolute);
  return { ...readHost(jump.host), account: jump.account, ...keys };
}

function readHost(text: string): HostAddress {
  const address = parseHostAddress(text);
  if (address === undefined) {
    throw new TypeError(`The schema let a wrong host through: ${text}`);
  }
  return address;
}
