import { close, open, write } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ProxyLogger } from '../proxy-logger.js';

const openFile = promisify(open);
const closeFile = promisify(close);
const writeFile = promisify(write);

const stdoutFd = 1;
const fileMode = 0o640;
/** Lines wait so long for others to go along with them. */
const gatherMs = 200;
const manyBytes = 64 * 1024;
/** More than this does not wait for a disk that is slow. */
const mostWaitingBytes = 4 * 1024 * 1024;
const fullPipeMs = 20;

/** A file, or standard output (`-`), that gets lines in the background: whoever writes one never waits. */
export class LineFile {
  readonly #path: string;
  readonly #log: ProxyLogger;
  #fd: number;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #dropped = 0;
  #isReopenDue = false;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  private constructor(path: string, fd: number, log: ProxyLogger) {
    this.#path = path;
    this.#fd = fd;
    this.#log = log;
  }

  /** Lines go to the end of the file; a new one gets the mode 0640. Rejects when it cannot be opened. */
  static async open(path: string, log: ProxyLogger): Promise<LineFile> {
    return new LineFile(path, await openForLines(path), log);
  }

  /** Takes a line that ends with a line feed. While too much waits it is dropped; the file will say how many were. */
  write(line: string): void {
    if (this.#waitingBytes + line.length > mostWaitingBytes) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (this.#waitingBytes >= manyBytes) this.#work();
    else this.#timer ??= setTimeout(() => this.#work(), gatherMs);
  }

  /** Opens the file anew by its name: it was moved away. */
  reopen(): void {
    this.#isReopenDue = this.#fd !== stdoutFd;
    this.#work();
  }

  /** Writes what waits and lets go of the file. */
  async close(): Promise<void> {
    this.#work();
    await this.#writing;
    clearTimeout(this.#timer);
    if (this.#fd !== stdoutFd) await closeFile(this.#fd);
  }

  #work(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#workOff().finally(() => {
      this.#writing = undefined;
    });
  }

  async #workOff(): Promise<void> {
    while (this.#isReopenDue || this.#waiting.length > 0 || this.#dropped > 0) {
      if (this.#isReopenDue) await this.#openAnew();
      const lines = this.#waiting;
      this.#waiting = [];
      try {
        // The bytes still count as waiting until they are written.
        await writeAll(this.#fd, Buffer.from(lines.join('') + this.#sayDropped()));
      } catch (error) {
        this.#log.error({ file: this.#path, lines: lines.length, cause: (error as Error).message }, 'Lines were lost');
      }
      this.#waitingBytes = this.#waiting.reduce((sum, line) => sum + line.length, 0);
    }
  }

  #sayDropped(): string {
    const dropped = this.#dropped;
    if (dropped === 0) return '';
    this.#dropped = 0;
    this.#log.warn({ file: this.#path, dropped }, 'The file is too slow for its lines: some were dropped');
    return `${JSON.stringify({ time: new Date().toISOString(), dropped })}\n`;
  }

  async #openAnew(): Promise<void> {
    this.#isReopenDue = false;
    try {
      const before = this.#fd;
      this.#fd = await openForLines(this.#path);
      await closeFile(before);
    } catch (error) {
      const fields = { file: this.#path, cause: (error as Error).message };
      this.#log.error(fields, 'The file could not be opened again; lines go on to the one of before');
    }
  }
}

function openForLines(path: string): Promise<number> {
  return path === '-' ? Promise.resolve(stdoutFd) : openFile(path, 'a', fileMode);
}

async function writeAll(fd: number, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += (await writeFile(fd, bytes, written, bytes.length - written, null)).bytesWritten;
    } catch (error) {
      // A pipe that somebody set to not waiting says so when it is full.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await delay(fullPipeMs);
    }
  }
}
