import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What tells one state of a template folder from another without reading its files: the folder, its parts, and all that
 * is in the two, each with inode, size and time of change. Never rejects: what cannot be asked is part of the state.
 * One question after the other, because a network file system that hangs would otherwise take every thread that this
 * process has for files.
 */
export async function readFingerprint(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const room of [folder, join(folder, 'parts')]) {
    lines.push(await describeFile(room));
    for (const name of await listNames(room)) {
      lines.push(await describeFile(join(room, name)));
    }
  }
  return lines.join('\n');
}

async function listNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => [`! ${error.code}`]);
  return names.sort();
}

async function describeFile(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [file, dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return `${file} ${(error as NodeJS.ErrnoException).code}`;
  }
}
