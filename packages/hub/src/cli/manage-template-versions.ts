import { loadConfig } from '../config/load-config.js';
import { openDatabase } from '../db/open-database.js';
import type { TemplateUseRow } from '../db/template-uses.js';
import type { Log } from '../log.js';
import { TemplateDesk } from '../templates/template-desk.js';
import { Templates } from '../templates/templates.js';
import { printTable } from './print-table.js';

/** What the commands on versions are given. */
export interface VersionOptions {
  config: string;
  note?: string;
}

/** `juhub template versions`: what was in use, the newest first, and the versions that never were. */
export async function listVersions(name: string, options: VersionOptions): Promise<void> {
  await withDesk(options.config, async (desk) => {
    desk.find(name);
    const uses = await desk.templates.history.listUses(name);
    const used = new Set(uses.map(({ version }) => version));
    const others = (await desk.templates.history.listVersions(name)).filter(({ version }) => !used.has(version));
    printTable([
      ['NUMBER', 'SINCE', 'VERSION', 'WHAT', 'BY', 'NOTE'],
      ...uses.map((use) => [`${use.number}`, sayTime(use.usedAt), use.version, use.kind, sayWho(use), use.note]),
      ...others.map(({ version, savedAt }) => ['-', sayTime(savedAt), version, 'never used', '', '']),
    ]);
  });
}

/** `juhub template use`. A running hub takes it up with the second use of the form after it. */
export async function useVersion(name: string, version: string, options: VersionOptions): Promise<void> {
  await withDesk(options.config, async (desk) => {
    const state = await desk.putVersionInUse({ ...decide(desk, name, options), version });
    process.stdout.write(`${name} is in version ${state.use?.version} from now on, whatever the folder has.\n`);
  });
}

/** `juhub template back`: the file counts again. */
export async function followFile(name: string, options: VersionOptions): Promise<void> {
  await withDesk(options.config, async (desk) => {
    const { inUse } = await desk.followFile(decide(desk, name, options));
    const what = inUse === undefined ? 'is gone: there is no such file' : `follows its file: version ${inUse.version}`;
    process.stdout.write(`${name} ${what}.\n`);
  });
}

function decide(desk: TemplateDesk, name: string, { note = '' }: VersionOptions) {
  return { name, by: null, seen: desk.find(name).use?.number ?? 0, note };
}

const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {}

/** Works with the templates of a configuration and their history. A hub may be running: both use the same database. */
async function withDesk(configFile: string, work: (desk: TemplateDesk) => Promise<void>): Promise<void> {
  const config = loadConfig(configFile);
  const database = await openDatabase(config.database);
  try {
    const templates = await Templates.open(config.templates, { database, log: SILENT });
    try {
      await work(new TemplateDesk(templates, SILENT));
    } finally {
      await templates.close();
    }
  } finally {
    await database.close();
  }
}

function sayTime(time: Date): string {
  return time.toISOString().slice(0, 16).replace('T', ' ');
}

function sayWho({ usedBy, kind }: TemplateUseRow): string {
  return usedBy ?? (kind === 'chosen' ? 'command line' : 'disk');
}
