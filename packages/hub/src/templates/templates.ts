import type { JobTemplate, TemplateProblem } from '@juhub/job-template';
import type { Log } from '../log.js';
import { sayWhy } from '../say-why.js';
import { FolderWatch } from './folder-watch.js';
import { type CheckedTemplates, type KnownChecks, readChecked } from './read-checked.js';
import { readFingerprint } from './read-fingerprint.js';

/** Network file systems tell nobody of a change: at most this often somebody's use looks for one. */
const LOOK_EVERY_MS = 3_000;

/**
 * The job templates of a folder, read anew when the folder changes. A template whose file breaks stays as it was when it
 * was last good, so that no mistake of an admin takes a form away; one whose file is deleted is gone. When the folder
 * cannot be read at all, everything stays.
 */
export class Templates {
  #templates: ReadonlyMap<string, JobTemplate> = new Map();
  #problems: readonly TemplateProblem[] = [];
  #fingerprint = '';
  #lookedAt = Date.now();
  #isLooking = false;
  #reading: Promise<void> | undefined;
  #isStale = false;
  #isClosed = false;
  #watch: FolderWatch | undefined;
  readonly #known: KnownChecks = new Map();

  private constructor(
    private readonly folder: string,
    private readonly log: Log,
    private readonly lookEveryMs: number,
  ) {}

  /**
   * Reads the folder and watches it from then on.
   *
   * @throws an Error when there is not one usable template: nobody could start anything
   */
  static async open(folder: string, log: Log, { lookEveryMs = LOOK_EVERY_MS } = {}): Promise<Templates> {
    const templates = new Templates(folder, log, lookEveryMs);
    // Watched before it is read: what changes in between is read once more.
    templates.#watch = new FolderWatch(folder, log, () => void templates.#readAnew());
    await templates.#readAnew();
    if (templates.#templates.size === 0) {
      templates.close();
      const [first] = templates.#problems;
      const why = first === undefined ? '' : ` ${first.file}:${first.line}:${first.column}: ${first.message}`;
      throw new Error(`There is no usable job template (*.sbatch.hbs) in ${folder}.${why}`);
    }
    return templates;
  }

  /** The templates that can be used now, by name. Never waits for the file system. */
  all(): ReadonlyMap<string, JobTemplate> {
    if (!this.#isLooking && Date.now() - this.#lookedAt >= this.lookEveryMs) {
      void this.#look();
    }
    return this.#templates;
  }

  /** What is wrong with the files as they are now, those of templates that stayed as they were among them. */
  problems(): readonly TemplateProblem[] {
    return this.#problems;
  }

  /** Watches no more; the templates stay. */
  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
  }

  /** One look at a time, however long a hanging file system takes for it. */
  async #look(): Promise<void> {
    this.#isLooking = true;
    if ((await readFingerprint(this.folder)) !== this.#fingerprint) {
      await this.#readAnew();
    }
    this.#isLooking = false;
    this.#lookedAt = Date.now();
  }

  /** One reading at a time; a change during one makes another one. Never rejects. */
  #readAnew(): Promise<void> {
    this.#isStale = true;
    this.#reading ??= this.#readUntilFresh().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readUntilFresh(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      this.#watch?.renew();
      // Taken first: a file that changes while it is read makes another one.
      this.#fingerprint = await readFingerprint(this.folder);
      try {
        this.#take(await readChecked(this.folder, this.#known));
      } catch (error) {
        // The next look tries again.
        this.#fingerprint = '';
        this.log.error({ folder: this.folder, why: sayWhy(error) }, 'the job templates cannot be read anew');
      }
    }
  }

  #take({ templates, broken, problems }: CheckedTemplates): void {
    const before = this.#templates;
    const kept = [...before].filter(([name]) => broken === undefined || broken.has(name));
    const now = new Map([...kept, ...templates].sort(([one], [other]) => (one < other ? -1 : 1)));
    this.#templates = now;
    this.#logProblems(problems);
    this.#logChanges(before, now);
  }

  /** A problem is told once, for as long as it lasts. */
  #logProblems(problems: readonly TemplateProblem[]): void {
    const told = new Set(this.#problems.map((problem) => JSON.stringify(problem)));
    for (const problem of problems.filter((one) => !told.has(JSON.stringify(one)))) {
      const { file, line, column, message } = problem;
      this.log.error({ file, line, column }, `a job template has a mistake: ${message}`);
    }
    this.#problems = problems;
  }

  #logChanges(before: ReadonlyMap<string, JobTemplate>, now: ReadonlyMap<string, JobTemplate>): void {
    for (const [name, { version }] of now) {
      if (before.get(name)?.version !== version) {
        this.log.info({ template: name, version }, 'a job template is in use');
      }
    }
    for (const name of before.keys()) {
      if (!now.has(name)) {
        this.log.info({ template: name }, 'a job template is gone');
      }
    }
  }
}
