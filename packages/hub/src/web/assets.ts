import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { followColorScheme } from './themed-bootstrap.js';

/** A file that pages refer to. */
export interface Asset {
  content: Buffer;
  type: string;
}

/** All files that pages refer to, in memory, by their name. */
export interface Assets {
  /** Changes with any of the files, so that browsers may keep them for ever. */
  version: string;
  find(name: string): Asset | undefined;
  /** The path of a file for a page. Throws where there is no such file: a page must not refer to it. */
  path(name: string): string;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const require = createRequire(import.meta.url);

/** The sources of the hub, which are installed with what was compiled of them. */
const sources = resolve(import.meta.dirname, '../../src');

/**
 * Reads all files at the start: the shell's own (`web/assets/`, by their file's name), those of the pages (by their
 * path below `pages/`, such as `home/home.css`), and Bootstrap (`bootstrap.css`).
 */
export function loadAssets(): Assets {
  const bootstrap = require.resolve('bootstrap/dist/css/bootstrap.min.css');
  const files = new Map<string, Asset>([
    ['bootstrap.css', makeAsset('.css', followColorScheme(readFileSync(bootstrap, 'utf8')))],
    ...readFolder(join(sources, 'web/assets')),
    ...readFolder(join(sources, 'pages')),
  ]);
  const version = hashAll(files);
  return {
    version,
    find: (name) => files.get(name),
    path(name) {
      if (!files.has(name)) {
        throw new TypeError(`No page can have ${name}: there is no such file.`);
      }
      return `/hub/static/${version}/${name}`;
    },
  };
}

function readFolder(folder: string): [string, Asset][] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => types[extname(name)] !== undefined)
    .map((name) => [name, makeAsset(extname(name), readFileSync(join(folder, name)))]);
}

function makeAsset(extension: string, content: string | Buffer): Asset {
  return { content: Buffer.from(content), type: types[extension] ?? 'application/octet-stream' };
}

function hashAll(files: ReadonlyMap<string, Asset>): string {
  const hash = createHash('sha256');
  for (const [name, { content }] of [...files].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    hash.update(`${name} ${content.length} `).update(content);
  }
  return hash.digest('hex').slice(0, 12);
}
