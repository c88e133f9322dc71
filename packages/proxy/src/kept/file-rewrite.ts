import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Route } from '../routes/route.js';
import { titleLine, writeSetLine } from './kept-lines.js';

/** So many routes are turned into lines at a time: the event loop must not stand still for 100,000. */
const routesAtATime = 500;

/** A file of routes that is written anew, and takes the place of the old one at once when all is in it. */
export class FileRewrite {
  readonly #file: string;
  readonly #routes: readonly Route[];
  #nextRoute = 0;
  /** What changed since the routes were listed; said after them, so that it counts. */
  #changes: string[] = [];
  #changeCount = 0;
  #handle: FileHandle | undefined;

  constructor(file: string, routes: readonly Route[]) {
    this.#file = file;
    this.#routes = routes;
  }

  /** What has to be closed when it is given up. */
  get handle(): FileHandle | undefined {
    return this.#handle;
  }

  /** Lines for changes that come meanwhile. */
  addChanges(lines: string, count: number): void {
    this.#changes.push(lines);
    this.#changeCount += count;
  }

  /** Writes some more; true when all routes are written. */
  async goOn(): Promise<boolean> {
    this.#handle ??= await this.#create();
    const part = this.#routes.slice(this.#nextRoute, this.#nextRoute + routesAtATime);
    this.#nextRoute += part.length;
    await this.#handle.appendFile(part.map(writeSetLine).join(''));
    return this.#nextRoute >= this.#routes.length;
  }

  /** Puts the file in its place, on the disk itself; from then on it is written to by `handle`. */
  async finish(): Promise<{ handle: FileHandle; lines: number }> {
    const handle = this.#handle ?? (await this.#create());
    await handle.appendFile(this.#changes.join(''));
    await handle.datasync();
    await rename(this.#freshName, this.#file);
    await syncFolder(dirname(this.#file));
    return { handle, lines: this.#routes.length + this.#changeCount };
  }

  get #freshName(): string {
    return `${this.#file}.new`;
  }

  /** Never through a link or into a file that somebody else has put there. */
  async #create(): Promise<FileHandle> {
    await rm(this.#freshName, { force: true });
    const handle = await open(this.#freshName, 'ax', 0o600);
    await handle.appendFile(titleLine);
    return handle;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
