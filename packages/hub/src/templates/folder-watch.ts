import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.js';

/** An editor writes a file in several steps, a copy writes several files: all of them are one change. */
const SETTLE_MS = 100;

/** Tells when something happens in a template folder or its parts, as far as the file system tells (inotify(7)). */
export class FolderWatch {
  #watchers: FSWatcher[] = [];
  #settling: NodeJS.Timeout | undefined;
  #hasWarned = false;

  /** @param onChange called once for the changes of a moment */
  constructor(
    private readonly folder: string,
    private readonly log: Log,
    private readonly onChange: () => void,
  ) {
    this.renew();
  }

  /** Watches what is now under the folder's name: a watch stays with the folder that was there before. */
  renew(): void {
    this.#stop();
    this.#watchers = [this.folder, join(this.folder, 'parts')].flatMap((folder) => this.#watch(folder));
  }

  close(): void {
    clearTimeout(this.#settling);
    this.#stop();
  }

  #stop(): void {
    for (const watcher of this.#watchers) {
      watcher.close();
    }
  }

  #watch(folder: string): FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#settle());
      // A folder that is deleted under its watch: the check on each use sees what comes in its place.
      watcher.on('error', () => this.#settle());
      return [watcher];
    } catch (error) {
      this.#warn(error as NodeJS.ErrnoException);
      return [];
    }
  }

  #settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(this.onChange, SETTLE_MS).unref();
  }

  /** No such folder is nothing of a watch's business; a system without watches left is worth a word. */
  #warn(error: NodeJS.ErrnoException): void {
    if (error.code !== 'ENOENT' && !this.#hasWarned) {
      this.#hasWarned = true;
      const message = 'job templates cannot be watched; a change is seen some seconds after the next use';
      this.log.warn({ folder: this.folder, why: error.message }, message);
    }
  }
}
