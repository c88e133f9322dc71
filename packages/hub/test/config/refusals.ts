import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { ConfigError } from '../../src/config/config-error.js';

/** What a loader says is wrong with these settings in this file, without the folder in front; nothing where all is well. */
export function readRefusals(file: string, yaml: string, loader: (file: string) => unknown): string[] {
  writeFileSync(file, yaml);
  try {
    loader(file);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message.split('\n').map((line) => line.replaceAll(`${dirname(file)}/`, ''));
  }
  return [];
}
