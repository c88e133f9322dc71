import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const packageShape = z.object({ version: z.string() });

/** The version of the hub, as its package says it. */
export function readVersion(): string {
  const file = resolve(import.meta.dirname, '../../package.json');
  return packageShape.parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
