import { join } from 'node:path';
import { type JobTemplate, parseTemplate, TEMPLATE_SUFFIX } from '@juhub/job-template';
import type { Database } from '../db/open-database.js';
import type { TemplateUseRow } from '../db/template-uses.js';
import type { TemplateVersionRow } from '../db/template-versions.js';
import type { CheckedFolder } from './read-checked.js';

/** The last line of each template's history, by name. */
export type LastUses = ReadonlyMap<string, TemplateUseRow>;

/** Two who write at the same time: the second looks again, and this often at most. */
const MOST_TRIES = 5;

/** The versions of the templates and what became of them, as the database keeps them for ever. */
export class TemplateHistory {
  /** Versions that were read or written since the start, parsed: by name and version. */
  readonly #parsed = new Map<string, JobTemplate>();

  /** @param folder stands in front of the names of files, so that a mistake has the same place wherever it was made */
  constructor(
    private readonly database: Pick<Database, 'templateVersions' | 'templateUses'>,
    private readonly folder: string,
  ) {}

  lastUses(): Promise<LastUses> {
    return this.database.templateUses.listLast();
  }

  listUses(name: string): Promise<TemplateUseRow[]> {
    return this.database.templateUses.list(name);
  }

  listVersions(name: string): Promise<TemplateVersionRow[]> {
    return this.database.templateVersions.list(name);
  }

  getVersion(name: string, version: string): Promise<TemplateVersionRow | undefined> {
    return this.database.templateVersions.get(name, version);
  }

  /** A version as it can be rendered; undefined where there is none. @throws TemplateError when it is too old for this juhub */
  async load(name: string, version: string): Promise<JobTemplate | undefined> {
    const known = this.#parsed.get(keyOf({ name, version }));
    const row = known === undefined ? await this.getVersion(name, version) : undefined;
    return row === undefined ? known : this.#keep(this.parse(row));
  }

  /** A version of the database as a template. @throws TemplateError */
  parse({ name, source, parts }: TemplateVersionRow): JobTemplate {
    const partials = Object.entries(parts).map(
      ([part, text]) => [part, { text, file: join(this.folder, 'parts', `${part}.sh`) }] as const,
    );
    return parseTemplate(source, { file: this.fileOf(name), partials: new Map(partials) });
  }

  /** Where the folder has, or would have, the file of a template. */
  fileOf(name: string): string {
    return join(this.folder, name + TEMPLATE_SUFFIX);
  }

  /**
   * Keeps a version, so that it can be rendered and put back exactly.
   *
   * @param savedBy the admin who made it in the browser; undefined for one of the folder
   * @throws an Error when another text has the same version: then the history would tell lies
   */
  async record(template: JobTemplate, savedBy?: string): Promise<void> {
    if (this.#parsed.has(keyOf(template))) {
      return;
    }
    const { name, version, source, parts } = template;
    await this.database.templateVersions.insertNew({
      name,
      version,
      source,
      parts: Object.fromEntries([...parts].map(([part, { text }]) => [part, text])),
      origin: savedBy === undefined ? 'disk' : 'browser',
      savedBy: savedBy ?? null,
      savedAt: new Date(),
    });
    const kept = await this.getVersion(name, version);
    if (kept?.source !== source) {
      throw new Error(`The version ${version} of ${name} was another text before.`);
    }
    this.#keep(template);
  }

  /** Adds a line to a template's history. @returns false, and nothing is added, when somebody did so since `number - 1` */
  add(use: Omit<TemplateUseRow, 'usedAt'>): Promise<boolean> {
    return this.database.templateUses.add({ ...use, usedAt: new Date() });
  }

  /** Writes down what the folder has; a template that no admin chose otherwise for follows it. @returns the last lines after that */
  async follow({ files, isListed }: CheckedFolder): Promise<LastUses> {
    for (const { template } of files.values()) {
      if (template !== undefined) {
        await this.record(template);
      }
    }
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const uses = await this.lastUses();
      const due = [
        ...[...files.values()].flatMap(({ template }) => (template === undefined ? [] : followFile(template, uses))),
        ...(isListed ? [...uses.values()].flatMap((use) => (files.has(use.name) ? [] : followLoss(use))) : []),
      ];
      if (due.length === 0) {
        return uses;
      }
      await Promise.all(due.map((use) => this.add(use)));
    }
    return this.lastUses();
  }

  #keep(template: JobTemplate): JobTemplate {
    this.#parsed.set(keyOf(template), template);
    return template;
  }
}

type NewUse = Omit<TemplateUseRow, 'usedAt'>;

function followFile({ name, version }: JobTemplate, uses: LastUses): NewUse[] {
  const last = uses.get(name);
  const isSettled = last?.kind === 'chosen' || (last?.kind === 'file' && last.version === version);
  const number = (last?.number ?? 0) + 1;
  return isSettled ? [] : [{ name, number, version, kind: 'file', usedBy: null, note: '' }];
}

function followLoss({ name, number, version, kind }: TemplateUseRow): NewUse[] {
  return kind === 'file' ? [{ name, number: number + 1, version, kind: 'gone', usedBy: null, note: '' }] : [];
}

function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${version} ${name}`;
}
