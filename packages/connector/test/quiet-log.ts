import type { ConnectorLogger } from '../src/connector-logger.js';

/** A logger that keeps what it gets instead of printing it. */
export function makeQuietLog(): ConnectorLogger & { lines: string[] } {
  const lines: string[] = [];
  const add = (level: string) => (fields: object, message: string) =>
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  return { lines, debug: add('debug'), info: add('info'), warn: add('warn'), error: add('error') };
}
