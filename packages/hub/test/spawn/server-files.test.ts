import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  folderOf,
  makeSecret,
  prepareFolder,
  readEndNotes,
  readLogTail,
  removeFolder,
} from '../../src/spawn/server-files.js';

const id = '0123456789abcdef';
let home: string;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'juhub-home-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Real commands of this machine, in a home of their own. */
function run(command: { argv: readonly string[]; stdin?: string }) {
  const [file = '', ...args] = command.argv;
  return new Promise<{ stdout: string; stderr: string; exitCode: number }>((resolve) => {
    const child = execFile(file, args, { env: { ...process.env, HOME: home } }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, exitCode: typeof error?.code === 'number' ? error.code : 0 }),
    );
    child.stdin?.on('error', () => {}).end(command.stdin ?? '');
  });
}

const inFolder = (name: string) => path.join(home, folderOf(id), name);

test('The folder and the secret in it can be read by their owner alone', async () => {
  const secret = makeSecret();
  await prepareFolder(run, id, secret);
  expect(readFileSync(inFolder('secret'), 'utf8')).toBe(secret);
  expect(statSync(inFolder('secret')).mode & 0o777).toBe(0o600);
  expect(statSync(inFolder('')).mode & 0o777).toBe(0o700);
});

test('A home that cannot be written is said in the words of the site', async () => {
  writeFileSync(path.join(home, '.juhub'), 'a file where the folder should be');
  await expect(prepareFolder(run, id, 'x')).rejects.toThrow(/home folder on the cluster cannot be written: .*juhub/);
});

test('The log that is shown does not show the secret, even when a program wrote it there', async () => {
  await prepareFolder(run, id, 'abcdef');
  writeFileSync(inFolder('log'), 'http://cn1:1/?token=abcdef\n');
  expect(await readLogTail(run, id, 'abcdef')).toBe('http://cn1:1/?token=…\n');
});

test('The notes of a job script tell why it failed and that its time was over', async () => {
  await prepareFolder(run, id, 'x');
  expect(await readEndNotes(run, id)).toEqual({});
  writeFileSync(inFolder('ended'), '{"reason":"wall-time"}\n');
  expect(await readEndNotes(run, id)).toEqual({ isWallTime: true });
  writeFileSync(inFolder('failed'), '{"message":"There is no JupyterLab."}\n');
  expect(await readEndNotes(run, id)).toEqual({ failure: 'There is no JupyterLab.', isWallTime: true });
});

test('Notes that their owner made up say nothing', async () => {
  await prepareFolder(run, id, 'x');
  writeFileSync(inFolder('failed'), '{"message":{"toString":"x"}}');
  writeFileSync(inFolder('ended'), 'not json');
  expect(await readEndNotes(run, id)).toEqual({});
});

test('Removing a folder leaves nothing of it, and may be repeated', async () => {
  await prepareFolder(run, id, 'x');
  await removeFolder(run, id);
  await removeFolder(run, id);
  expect(existsSync(inFolder(''))).toBe(false);
});
