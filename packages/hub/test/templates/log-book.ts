import { EventEmitter, on } from 'node:events';
import type { Log } from '../../src/log.js';

/** One thing that was logged. */
export interface LogEntry {
  level: keyof Log;
  fields: Record<string, unknown>;
  message: string;
}

/** A log that a test reads and waits for. */
export class LogBook implements Log {
  readonly entries: LogEntry[] = [];
  readonly #written = new EventEmitter();

  debug = this.#writer('debug');
  info = this.#writer('info');
  warn = this.#writer('warn');
  error = this.#writer('error');

  /** Waits until something is logged from now on whose message begins so; work makes it happen. */
  async after(work: () => unknown, message: string): Promise<LogEntry> {
    const entries = on(this.#written, 'entry', { signal: AbortSignal.timeout(10_000) });
    work();
    for await (const [entry] of entries as AsyncIterable<[LogEntry]>) {
      if (entry.message.startsWith(message)) {
        return entry;
      }
    }
    throw new Error('The log ended.');
  }

  #writer(level: keyof Log) {
    return (fields: object, message: string) => {
      const entry = { level, fields: { ...fields }, message };
      this.entries.push(entry);
      this.#written.emit('entry', entry);
    };
  }
}
