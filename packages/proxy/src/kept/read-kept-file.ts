import { type FileHandle, open } from 'node:fs/promises';
import { readKeptLines } from './kept-lines.js';

const othersBits = 0o077;

/**
 * The bodies of the routes in a file, by path; nothing where there is no file. Throws an `Error` for one that is damaged
 * or that others may read or write: whoever writes to it says where browsers are led.
 */
export async function readKeptFile(file: string): Promise<Map<string, unknown> | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is no regular file');
    if (stats.uid !== process.getuid?.()) throw new Error('it belongs to another account');
    if ((stats.mode & othersBits) !== 0) throw new Error('other accounts may read or write it');
    return readKeptLines(await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}
