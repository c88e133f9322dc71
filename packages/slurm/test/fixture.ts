import { readFileSync } from 'node:fs';
import type { CommandResult } from '../src/run.js';

/** The releases whose answers are kept in fixtures/. */
export const releases = ['22.05', '24.11'] as const;

/** The separator that fixtures/capture.mjs asked with. */
export const fixtureSeparator = '~0123456789abcdef01234567~';

/** An answer of a real cluster, as in `squeue-empty`; see fixtures/README.md. */
export function readFixture(release: (typeof releases)[number], name: string): CommandResult {
  const text = readFileSync(new URL(`./fixtures/${release}/${name}.txt`, import.meta.url), 'utf8');
  const match = /^exit code (\d+)\n--- stderr\n([\s\S]*?)--- stdout\n([\s\S]*)$/.exec(text);
  if (match === null) throw new Error(`${name} is no fixture`);
  return { exitCode: Number(match[1]), stderr: match[2] ?? '', stdout: match[3] ?? '' };
}

/** What a function throws. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** The first of the list that passes; fails the test when none does. */
export function pick<T>(list: readonly T[], isWanted: (one: T) => boolean): T {
  const found = list.find(isWanted);
  if (found === undefined) throw new Error(`not found among ${JSON.stringify(list)}`);
  return found;
}
