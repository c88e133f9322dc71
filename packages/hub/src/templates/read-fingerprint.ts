import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What tells one state of a template folder from another without reading its files: the folder, its parts, and all that
 * is in the two, each with inode, size and time of change. One round of stat; never rejects: what cannot be asked is
 * part of the state.
 */
export async function readFingerprint(folder: string): Promise<string> {
  const rooms = await Promise.all([folder, join(folder, 'parts')].map(describeFolder));
  return rooms.flat().join('\n');
}

async function describeFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => [`! ${error.code}`]);
  return Promise.all([describeFile(folder), ...names.sort().map((name) => describeFile(join(folder, name)))]);
}

async function describeFile(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return `${file} ${(error as NodeJS.ErrnoException).code}`;
  }
}
