import { constants } from 'node:fs';
import { access, type FileHandle, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProxyError } from '../proxy-error.js';
import type { ProxyLogger } from '../proxy-logger.js';
import type { Route } from '../routes/route.js';
import type { Routes } from '../routes/routes.js';
import { FileRewrite } from './file-rewrite.js';
import { writeRemoveLine, writeSetLine } from './kept-lines.js';
import { readKeptFile } from './read-kept-file.js';

/** Below so many lines a file is not worth being written anew. */
const fewLines = 1000;
/** How long what the kernel has may wait for the disk. */
const syncAfterMs = 200;
const tryAgainMs = 2000;

interface Change {
  line: string;
  /** Called when the change survives the end of this process, or cannot be kept. */
  done: () => void;
}

/**
 * Keeps the routes in a file (0600, for it holds their secrets), so that a proxy that was restarted serves them from its
 * first request on. A change is one line at the end of the file; when two thirds of the lines say nothing any more, the
 * file is written anew beside the old one, bit by bit, while changes go on. What cannot be written is said in the log,
 * and tried again; the routes themselves work on.
 */
export class RouteJournal {
  readonly #file: string;
  readonly #routes: Routes;
  readonly #log: ProxyLogger;
  #handle: FileHandle | undefined;
  #lines = 0;
  #pending: Change[] = [];
  #rewrite: FileRewrite | undefined;
  /** What waits for the end of the rewriting, because there is no file to write to before. */
  #held: Change[] = [];
  #isDamaged = false;
  #isBroken = false;
  #isSyncDue = false;
  #syncTimer: NodeJS.Timeout | undefined;
  #againTimer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(file: string, routes: Routes, log: ProxyLogger) {
    this.#file = file;
    this.#routes = routes;
    this.#log = log;
  }

  /**
   * Sets the routes that are in the file; changes nothing on disk. A damaged file is no reason not to start: it is said
   * in the log. Rejects when the folder cannot be written to.
   */
  async read(): Promise<void> {
    await access(dirname(this.#file), constants.W_OK).catch((cause: Error) => {
      throw new Error(`The routes cannot be kept in ${this.#file}: ${cause.message}`, { cause });
    });
    try {
      const bodies = await readKeptFile(this.#file);
      if (bodies === undefined) return;
      for (const [path, body] of bodies) this.#restore(path, body);
      this.#log.info({ file: this.#file, routes: this.#routes.size }, 'Routes were read from their file');
    } catch (error) {
      this.#isDamaged = true;
      this.#log.warn(
        { file: this.#file, aside: this.#asideName, cause: (error as Error).message },
        'The file of routes is not used and is set aside; whoever sets the routes must set them again',
      );
    }
  }

  /** Begins to keep the file; to be called when it is clear that no other proxy has this one's place. */
  open(): void {
    this.#beginRewrite();
    this.#work();
  }

  /** A route was set. Resolves when this survives the end of the process. */
  set(route: Route): Promise<void> {
    return this.#add(writeSetLine(route));
  }

  /** A route was taken away; as `set`. */
  remove(path: string): Promise<void> {
    return this.#add(writeRemoveLine(path));
  }

  /** Writes what waits, to the disk itself. */
  async close(): Promise<void> {
    this.#isSyncDue = true;
    this.#work();
    await this.#working;
    clearTimeout(this.#syncTimer);
    clearTimeout(this.#againTimer);
    await this.#handle?.close();
    this.#handle = undefined;
  }

  get #asideName(): string {
    return `${this.#file}.damaged`;
  }

  #restore(path: string, body: unknown): void {
    try {
      this.#routes.put(path, body);
    } catch (error) {
      this.#log.warn({ route: path, cause: ProxyError.from(error).message }, 'A kept route was left out');
    }
  }

  #add(line: string): Promise<void> {
    return new Promise((resolve) => {
      this.#pending.push({ line, done: resolve });
      this.#work();
    });
  }

  #work(): void {
    this.#working ??= this.#workOff().finally(() => {
      this.#working = undefined;
    });
  }

  /** The only one that writes; so nothing is written to a file that is about to be replaced. */
  async #workOff(): Promise<void> {
    while (this.#pending.length > 0 || this.#rewrite !== undefined || this.#isSyncDue) {
      try {
        await this.#append();
        await this.#sync();
        await this.#goOnRewriting();
      } catch (error) {
        await this.#fail(error as Error);
      }
    }
  }

  async #append(): Promise<void> {
    const changes = this.#pending;
    if (changes.length === 0) return;
    this.#pending = [];
    const text = changes.map(({ line }) => line).join('');
    this.#rewrite?.addChanges(text, changes.length);
    if (this.#handle === undefined) {
      this.#held.push(...changes);
      if (this.#rewrite === undefined) this.#releaseHeld(); // broken: the next rewriting takes them along
      return;
    }
    try {
      await this.#handle.appendFile(text);
    } finally {
      for (const { done } of changes) done();
    }
    this.#lines += changes.length;
    this.#syncTimer ??= setTimeout(() => this.#syncSoon(), syncAfterMs);
    if (this.#lines > fewLines + 3 * this.#routes.size) this.#beginRewrite();
  }

  #syncSoon(): void {
    this.#isSyncDue = true;
    this.#work();
  }

  async #sync(): Promise<void> {
    if (!this.#isSyncDue) return;
    this.#isSyncDue = false;
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    await this.#handle?.datasync();
  }

  #beginRewrite(): void {
    this.#rewrite ??= new FileRewrite(this.#file, this.#routes.listSet());
  }

  async #goOnRewriting(): Promise<void> {
    const rewrite = this.#rewrite;
    if (rewrite === undefined || !(await rewrite.goOn())) return;
    if (this.#isDamaged) await rename(this.#file, this.#asideName);
    this.#isDamaged = false;
    const { handle, lines } = await rewrite.finish();
    this.#rewrite = undefined;
    const before = this.#handle;
    this.#handle = handle;
    this.#lines = lines;
    this.#releaseHeld();
    if (this.#isBroken) this.#log.info({ file: this.#file }, 'Routes are kept in their file again');
    this.#isBroken = false;
    await before?.close();
  }

  #releaseHeld(): void {
    for (const { done } of this.#held) done();
    this.#held = [];
  }

  /** What is in the old file may end in the middle of a line: nothing more is said there. */
  async #fail(error: Error): Promise<void> {
    if (!this.#isBroken) {
      this.#log.error(
        { file: this.#file, cause: error.message },
        'Routes cannot be written to their file: those set from now on would be lost with this process. It is tried again',
      );
    }
    this.#isBroken = true;
    const left = [this.#handle, this.#rewrite?.handle];
    this.#handle = undefined;
    this.#rewrite = undefined;
    this.#releaseHeld();
    for (const handle of left) await handle?.close().catch(() => undefined); // it is given up either way
    clearTimeout(this.#againTimer);
    this.#againTimer = setTimeout(() => this.open(), tryAgainMs);
  }
}
