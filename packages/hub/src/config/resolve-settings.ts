import { dirname, join, resolve } from 'node:path';
import type { Config, DatabaseConfig } from './config.js';
import type { ConfigProblem } from './config-error.js';
import type { ReadSettings } from './read-settings.js';
import { findPublicProblems, resolvePublic } from './resolve-public.js';
import { resolveSite } from './resolve-site.js';
import type { Settings, SiteSettings } from './settings-schema.js';
import { maxStateDirBytes } from './state-paths.js';

/** The folder of the job templates that come with juhub. */
const shippedTemplates = resolve(import.meta.dirname, '../../../../slurm-templates');

/** Fills in what the settings leave open. The settings must have passed `findProblems`. */
export function resolveSettings(file: string, settings: Settings): Config {
  const absolute = (path: string): string => resolve(dirname(file), path);
  const stateDir = absolute(settings.stateDir);
  return {
    file,
    public: resolvePublic(settings.public, absolute),
    stateDir,
    database: resolveDatabase(settings.database, stateDir, absolute),
    templates: settings.templates === undefined ? shippedTemplates : absolute(settings.templates),
    users: settings.users,
    sites: settings.sites.map((site) => resolveSite(site, absolute)),
    sessions: settings.sessions,
    signIn: settings.signIn,
    limits: settings.limits,
    log: settings.log,
  };
}

/** The state folder of a configuration file, absolute. */
export function resolveStateDir(file: string, stateDir: string): string {
  return resolve(dirname(file), stateDir);
}

function resolveDatabase(
  text: string | undefined,
  stateDir: string,
  absolute: (path: string) => string,
): DatabaseConfig {
  if (text === undefined) {
    return { engine: 'sqlite', file: join(stateDir, 'juhub.db') };
  }
  return text.startsWith('sqlite:')
    ? { engine: 'sqlite', file: absolute(text.slice('sqlite:'.length)) }
    : { engine: 'postgres', url: text };
}

/** What a schema of single settings can't see: names given twice, an address that can't be known, a path too long for a socket. */
export function findProblems(file: string, { settings, problemAt }: ReadSettings<Settings>): ConfigProblem[] {
  return [
    ...findTwice(settings.sites).map((index) =>
      problemAt(['sites', index, 'name'], 'another site has this name already'),
    ),
    ...findTwice(settings.users).map((index) =>
      problemAt(['users', index, 'name'], 'another user has this name already'),
    ),
    ...settings.sites.flatMap((site, index) => findSiteProblems(site, index, problemAt)),
    ...findAddressProblems(file, { settings, problemAt }),
  ];
}

/** The problems that even a process with a part of the settings must not start with. */
export function findAddressProblems(
  file: string,
  { settings, problemAt }: ReadSettings<Pick<Settings, 'public' | 'stateDir'>>,
): ConfigProblem[] {
  const problems = findPublicProblems(settings.public, problemAt);
  const bytes = Buffer.byteLength(resolveStateDir(file, settings.stateDir));
  if (bytes > maxStateDirBytes) {
    const message = `stateDir: the path has ${bytes} bytes, and the sockets below it leave room for ${maxStateDirBytes}; choose a shorter one, such as /var/lib/juhub`;
    problems.push(problemAt(['stateDir'], message));
  }
  return problems;
}

function findSiteProblems(
  site: SiteSettings,
  index: number,
  problemAt: ReadSettings<Settings>['problemAt'],
): ConfigProblem[] {
  if (site.scheduler === 'none' && site.loginNode === false) {
    const message = 'loginNode: a site without a scheduler and without a login node has nowhere to run a server';
    return [problemAt(['sites', index, 'loginNode'], message)];
  }
  return [];
}

function findTwice(items: readonly { name: string }[]): number[] {
  return items.flatMap(({ name }, index) => (items.findIndex((item) => item.name === name) < index ? [index] : []));
}
