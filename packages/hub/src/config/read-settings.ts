import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { describeIssue } from './describe-issue.js';
import { listKnownSettings } from './known-settings.js';
import { locateSetting } from './locate-setting.js';

/** Settings that passed the schema, and a way back to the place of each in the file. */
export interface ReadSettings<T> {
  settings: T;
  /** Makes a problem of a setting that turned out wrong later, at its place in the file. */
  problemAt: (path: readonly PropertyKey[], message: string) => ConfigProblem;
}

/**
 * Reads a YAML file and checks it against a schema.
 *
 * @param pick the settings at the top that count; the others are left unread (a process that does not need them)
 * @throws ConfigError with every fault at its place: the file is missing, is not YAML, or has a wrong setting
 */
export function readSettings<T extends z.ZodType>(
  file: string,
  schema: T,
  pick?: readonly string[],
): ReadSettings<z.output<T>> {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file, line, column: col, message: `not valid YAML: ${error.message}` };
      }),
    );
  }
  const problemAt = (path: readonly PropertyKey[], message: string, atKey = false): ConfigProblem => ({
    file,
    ...locateSetting(document, lines, path, atKey),
    message,
  });
  const value = pickSettings(toValue(document, file), pick);
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    const known = (path: readonly PropertyKey[]) => listKnownSettings(schema, value, path);
    const faults = parsed.error.issues.flatMap((issue) => describeIssue(issue, known));
    throw new ConfigError(faults.map(({ path, atKey, message }) => problemAt(path, message, atKey)));
  }
  return { settings: parsed.data, problemAt };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    const message = `the configuration can't be read: ${reason}`;
    throw new ConfigError([{ file, line: 0, column: 0, message }], { cause });
  }
}

/** The file as plain values; an empty file is an empty mapping. Aliases are bounded, so a small file can't grow into a huge value. */
function toValue(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    throw new ConfigError([{ file, line: 1, column: 1, message: `not valid YAML: ${(cause as Error).message}` }], {
      cause,
    });
  }
}

function pickSettings(value: unknown, pick: readonly string[] | undefined): unknown {
  if (pick === undefined || value === null || typeof value !== 'object' || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).filter(([name]) => pick.includes(name)));
}
