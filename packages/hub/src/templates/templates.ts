import { type JobTemplate, type LoadedFile, TemplateError, type TemplateProblem } from '@juhub/job-template';
import type { Database } from '../db/open-database.js';
import type { TemplateUseRow } from '../db/template-uses.js';
import type { Log } from '../log.js';
import { sayWhy } from '../say-why.js';
import { chooseTemplate } from './choose-template.js';
import type { CheckedFolder } from './read-checked.js';
import { TemplateFolder } from './template-folder.js';
import { type LastUses, TemplateHistory } from './template-history.js';

/** Network file systems tell nobody of a change: at most this often somebody's use looks for one. */
const LOOK_EVERY_MS = 3_000;

/** One template: what is in use, and what the folder has. */
export interface TemplateState {
  readonly name: string;
  /** Undefined: nobody can start it. */
  readonly inUse: JobTemplate | undefined;
  /** The last line of its history; undefined while the database could not be written. */
  readonly use: TemplateUseRow | undefined;
  /** Undefined: there is no such file, or the folder cannot be read. */
  readonly file: LoadedFile | undefined;
  /** What is wrong with the file, or with the version that an admin chose. */
  readonly problems: readonly TemplateProblem[];
  /** Something else is in use than should be, because of a problem. */
  readonly isBroken: boolean;
}

/** What templates are made of. */
export interface TemplateParts {
  readonly database: Pick<Database, 'templateVersions' | 'templateUses'>;
  readonly log: Log;
}

/**
 * The job templates in use. Each follows its file, which is read anew when it changes, unless an admin chose another
 * version. A template whose file breaks stays as it was when it was last good, so that no mistake of an admin takes a
 * form away, not even over a restart; one whose file is deleted is gone. When the folder cannot be read at all,
 * everything stays.
 */
export class Templates {
  readonly history: TemplateHistory;
  readonly #folder: TemplateFolder;
  readonly #log: Log;
  #inUse: ReadonlyMap<string, JobTemplate> = new Map();
  #uses: LastUses = new Map();
  /** Of versions that were chosen and cannot be read, by name. */
  readonly #unreadable = new Map<string, readonly TemplateProblem[]>();
  #isBehind = false;
  #isClosed = false;
  #lookedAt = performance.now();
  #isLooking = false;
  #settling: Promise<void> = Promise.resolve();

  private constructor(
    folder: string,
    { database, log }: TemplateParts,
    private readonly lookEveryMs: number,
  ) {
    this.#log = log;
    this.history = new TemplateHistory(database, folder);
    this.#folder = new TemplateFolder(folder, log, () => this.settle());
  }

  /**
   * Reads the folder and watches it from then on.
   *
   * @throws an Error when there is not one usable template: nobody could start anything
   */
  static async open(
    folder: string,
    parts: TemplateParts,
    { lookEveryMs = LOOK_EVERY_MS }: { lookEveryMs?: number } = {},
  ): Promise<Templates> {
    const templates = new Templates(folder, parts, lookEveryMs);
    await templates.#folder.read();
    if (templates.#inUse.size === 0) {
      await templates.close();
      const [first] = templates.problems();
      const why = first === undefined ? '' : ` ${first.file}:${first.line}:${first.column}: ${first.message}`;
      throw new Error(`There is no usable job template (*.sbatch.hbs) in ${folder}.${why}`);
    }
    return templates;
  }

  /** The templates that can be used now, by name. Never waits for the file system. */
  all(): ReadonlyMap<string, JobTemplate> {
    if (!this.#isLooking && performance.now() - this.#lookedAt >= this.lookEveryMs) {
      void this.#look();
    }
    return this.#inUse;
  }

  /** What the folder has, as it was read last. */
  folder(): CheckedFolder {
    return this.#folder.now();
  }

  /** What is wrong with the files as they are now, those of templates that stayed as they were among them. */
  problems(): readonly TemplateProblem[] {
    return [...this.#folder.now().problems, ...[...this.#unreadable.values()].flat()];
  }

  /** Every template that there is or once was, by name. */
  states(): TemplateState[] {
    const names = new Set([...this.#uses.keys(), ...this.#folder.now().files.keys()]);
    return [...names].sort().map((name) => this.#describe(name));
  }

  /** The state of one; undefined where there never was such a template. */
  find(name: string): TemplateState | undefined {
    const isKnown = this.#uses.has(name) || this.#folder.now().files.has(name);
    return isKnown ? this.#describe(name) : undefined;
  }

  /** Takes up what the folder and the history say now; one at a time, and each starts after it was called. Never rejects. */
  settle(): Promise<void> {
    this.#settling = this.#settling.then(() => this.#settle());
    return this.#settling;
  }

  /** Watches no more, and writes nothing once this has resolved; the templates stay. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#folder.close();
    return this.#settling;
  }

  #describe(name: string): TemplateState {
    const file = this.#folder.now().files.get(name);
    const unreadable = this.#unreadable.get(name);
    const problems = [...(file?.problems ?? []), ...(unreadable ?? [])];
    const isBroken = unreadable !== undefined || (file !== undefined && file.template === undefined);
    return { name, inUse: this.#inUse.get(name), use: this.#uses.get(name), file, problems, isBroken };
  }

  /** One look at a time, however long a hanging file system takes for it. */
  async #look(): Promise<void> {
    this.#isLooking = true;
    const isRead = await this.#folder.look();
    if (!isRead && (this.#isBehind || (await this.#hasNews()))) {
      await this.settle();
    }
    this.#isLooking = false;
    this.#lookedAt = performance.now();
  }

  /** Whether the command line wrote into the history meanwhile. */
  async #hasNews(): Promise<boolean> {
    try {
      const uses = await this.history.lastUses();
      return [...uses].some(([name, { number }]) => this.#uses.get(name)?.number !== number);
    } catch {
      // The next one who needs the database tells of it.
      return false;
    }
  }

  async #settle(): Promise<void> {
    if (this.#isClosed) {
      return;
    }
    try {
      this.#uses = await this.history.follow(this.#folder.now());
      this.#isBehind = false;
    } catch (error) {
      // A changed file counts all the same; the next look tries again.
      this.#isBehind = true;
      this.#log.error({ why: sayWhy(error) }, 'the versions of the job templates cannot be written down');
    }
    await this.#choose();
  }

  async #choose(): Promise<void> {
    const before = this.#inUse;
    const { files, isListed } = this.#folder.now();
    const chosen = new Map<string, JobTemplate>();
    this.#unreadable.clear();
    for (const name of [...new Set([...before.keys(), ...this.#uses.keys(), ...files.keys()])].sort()) {
      const facts = { file: files.get(name), isListed, use: this.#uses.get(name), before: before.get(name) };
      const template = await chooseTemplate(facts, (use) => this.#load(use));
      if (template !== undefined) {
        chosen.set(name, template);
      }
    }
    this.#inUse = chosen;
    this.#logChanges(before, chosen);
  }

  /** Undefined where the version cannot be had. */
  async #load({ name, version }: TemplateUseRow): Promise<JobTemplate | undefined> {
    try {
      return await this.history.load(name, version);
    } catch (error) {
      if (error instanceof TemplateError) {
        this.#unreadable.set(name, error.problems);
      } else {
        this.#isBehind = true;
      }
      this.#log.error({ template: name, version, why: sayWhy(error) }, 'a version of a job template cannot be used');
      return undefined;
    }
  }

  #logChanges(before: ReadonlyMap<string, JobTemplate>, now: ReadonlyMap<string, JobTemplate>): void {
    for (const [name, { version }] of now) {
      if (before.get(name)?.version !== version) {
        this.#log.info({ template: name, version }, 'a job template is in use');
      }
    }
    for (const name of before.keys()) {
      if (!now.has(name)) {
        this.#log.info({ template: name }, 'a job template is gone');
      }
    }
  }
}
