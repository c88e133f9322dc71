import { accessSync, constants } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { findTlsProblems, findTlsWarnings } from './check-tls.js';
import type { Config, LogLevel, PublicAddress, SshSiteConfig } from './config.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { type ReadSettings, readSettings } from './read-settings.js';
import { resolvePublic } from './resolve-public.js';
import { findAddressProblems, findProblems, resolveSettings, resolveStateDir } from './resolve-settings.js';
import { type Settings, settingsSchema } from './settings-schema.js';

/** What the proxy needs of the settings: no database, no keys, no sites. */
export interface ProxyConfig {
  public: PublicAddress;
  stateDir: string;
  log: { level: LogLevel };
}

/**
 * Reads the configuration of the hub.
 *
 * @param file a path; a relative one counts from the working directory
 * @throws ConfigError with file, line, column and what is expected, for every wrong setting at once
 */
export function loadConfig(file: string): Config {
  return loadAll(file).config;
}

/**
 * Reads the configuration and looks for the files that the sites name, for the process that opens them (the connector).
 *
 * @throws ConfigError as `loadConfig` does, and for a file that is not there
 */
export function loadConfigWithFiles(file: string): Config {
  const { config, read } = loadAll(file);
  throwProblems(findSiteFileProblems(config, read));
  return config;
}

/**
 * Reads the configuration and looks at all files that it names, for `juhub config check`. What `warnings` says does not
 * keep juhub from starting.
 *
 * @throws ConfigError as `loadConfig` does, and for a file that is not there or cannot be used
 */
export function checkConfig(file: string): { config: Config; warnings: ConfigProblem[] } {
  const { config, read } = loadAll(file);
  throwProblems([...findSiteFileProblems(config, read), ...findTlsProblems(config.public, read.problemAt)]);
  return { config, warnings: findTlsWarnings(config.public, read.problemAt) };
}

/**
 * Reads only what the proxy needs; everything else in the file is left unread.
 *
 * @throws ConfigError as `loadConfig` does
 */
export function loadProxyConfig(file: string): ProxyConfig {
  const path = resolve(file);
  const schema = settingsSchema.pick({ public: true, stateDir: true, log: true });
  const read = readSettings(path, schema, ['public', 'stateDir', 'log']);
  throwProblems(findAddressProblems(path, read));
  return {
    public: resolvePublic(read.settings.public, (name) => resolve(dirname(path), name)),
    stateDir: resolveStateDir(path, read.settings.stateDir),
    log: read.settings.log,
  };
}

function loadAll(file: string): { config: Config; read: ReadSettings<Settings> } {
  const path = resolve(file);
  const read = readSettings(path, settingsSchema);
  throwProblems(findProblems(path, read));
  return { config: resolveSettings(path, read.settings), read };
}

function findSiteFileProblems({ sites }: Config, read: ReadSettings<Settings>): ConfigProblem[] {
  return sites.flatMap((site, index) => (site.kind === 'ssh' ? findUnreadableFiles(site, index, read) : []));
}

function findUnreadableFiles(
  site: SshSiteConfig,
  index: number,
  { problemAt }: ReadSettings<Settings>,
): ConfigProblem[] {
  const files: [string[], string | undefined][] = [
    [['knownHosts'], site.knownHosts],
    [['privateKey'], site.privateKey],
    [['passphraseFile'], site.passphraseFile],
    [['jump', 'knownHosts'], site.jump?.knownHosts],
    [['jump', 'privateKey'], site.jump?.privateKey],
    [['jump', 'passphraseFile'], site.jump?.passphraseFile],
  ];
  const seen = new Set<string>();
  return files.flatMap(([path, file]) => {
    // A path with a place for the account is one path for each user.
    if (file === undefined || seen.has(file) || file.includes('{account}')) {
      return [];
    }
    seen.add(file);
    const reason = sayUnreadable(file);
    return reason === undefined ? [] : [problemAt(['sites', index, ...path], `${path.join('.')}: ${reason}`)];
  });
}

function sayUnreadable(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? `there is no file ${file}`
      : `${userInfo().username} can't read ${file}`;
  }
}

function throwProblems(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
}
