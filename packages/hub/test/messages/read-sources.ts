import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCES = resolve(import.meta.dirname, '../../src');

/** A file of the hub's sources; its name is the path below them. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** All files of the hub's sources with one of these endings. */
export function readSources(...endings: readonly string[]): readonly Source[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((file) => ({ file, text: readFileSync(join(SOURCES, file), 'utf8') }));
}
