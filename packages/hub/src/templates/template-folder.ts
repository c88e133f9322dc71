import type { TemplateProblem } from '@juhub/job-template';
import type { Log } from '../log.js';
import { sayWhy } from '../say-why.js';
import { FolderWatch } from './folder-watch.js';
import { type CheckedFolder, type KnownChecks, readChecked } from './read-checked.js';
import { readFingerprint } from './read-fingerprint.js';

const NOTHING: CheckedFolder = { files: new Map(), parts: new Map(), isListed: false, problems: [] };

/** A folder of job templates as it is now: read anew when it changes, and watched from the first reading on. */
export class TemplateFolder {
  #now: CheckedFolder = NOTHING;
  #fingerprint = '';
  #reading: Promise<void> | undefined;
  #isStale = false;
  #isClosed = false;
  readonly #watch: FolderWatch;
  readonly #known: KnownChecks = new Map();

  /** @param onRead called after each reading, and waited for before the next */
  constructor(
    readonly path: string,
    private readonly log: Log,
    private readonly onRead: () => Promise<void>,
  ) {
    // Watched before it is read: what changes in between is read once more.
    this.#watch = new FolderWatch(path, log, () => void this.read());
  }

  /** What it held when it was read last; never waits for the file system. */
  now(): CheckedFolder {
    return this.#now;
  }

  /** Reads it anew if it changed: for file systems that tell nobody of a change. @returns whether it did */
  async look(): Promise<boolean> {
    const isChanged = (await readFingerprint(this.path)) !== this.#fingerprint;
    if (isChanged) {
      await this.read();
    }
    return isChanged;
  }

  /** One reading at a time; a change during one makes another one. Never rejects. */
  read(): Promise<void> {
    this.#isStale = true;
    this.#reading ??= this.#readUntilFresh().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Watches no more; what was read stays. */
  close(): void {
    this.#isClosed = true;
    this.#watch.close();
  }

  async #readUntilFresh(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      this.#watch.renew();
      // Taken first: a file that changes while it is read makes another one.
      this.#fingerprint = await readFingerprint(this.path);
      try {
        const now = await readChecked(this.path, this.#known);
        this.#logProblems(now.problems);
        this.#now = now;
        await this.onRead();
      } catch (error) {
        // The next look tries again.
        this.#fingerprint = '';
        this.log.error({ folder: this.path, why: sayWhy(error) }, 'the job templates cannot be read anew');
      }
    }
  }

  /** A problem is told once, for as long as it lasts. */
  #logProblems(problems: readonly TemplateProblem[]): void {
    const told = new Set(this.#now.problems.map((problem) => JSON.stringify(problem)));
    for (const problem of problems.filter((one) => !told.has(JSON.stringify(one)))) {
      const { file, line, column, message } = problem;
      this.log.error({ file, line, column }, `a job template has a mistake: ${message}`);
    }
  }
}
