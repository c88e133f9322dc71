import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ServerPatch } from '../../src/db/server-row.js';
import { clearFolders } from '../../src/spawn/clear-folders.js';
import { folderOf } from '../../src/spawn/server-files.js';
import { makeRooms, newServer, SECRET, silentLog } from './fake-rooms.js';

const OTHERS = 'fedcba9876543210';

let world: Awaited<ReturnType<typeof makeRooms>>;
let home: string;

beforeEach(async () => {
  world = await makeRooms();
  home = mkdtempSync(path.join(tmpdir(), 'juhub-home-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true, force: true });
  await world.close();
});

/** Real commands of this machine, in a home of their own. */
function run({ argv: [file = '', ...args] }: { argv: readonly string[] }) {
  return new Promise<{ stdout: string; stderr: string; exitCode: number }>((resolve) => {
    execFile(file, args, { env: { ...process.env, HOME: home } }, (error, stdout, stderr) =>
      resolve({ stdout, stderr, exitCode: typeof error?.code === 'number' ? error.code : 0 }),
    );
  });
}

async function clear(): Promise<string[]> {
  const leftovers = await world.records.listLeftovers('cluster', 10);
  return clearFolders(
    { records: world.records, run, log: silentLog },
    { site: 'cluster', account: 'alice', leftovers },
  );
}

function makeFolder(id: string, log?: string): string {
  const folder = path.join(home, folderOf(id));
  mkdirSync(folder, { recursive: true });
  if (log !== undefined) {
    writeFileSync(path.join(folder, 'log'), log);
  }
  return folder;
}

async function saveEnded(patch: ServerPatch): Promise<void> {
  await world.records.insert(newServer);
  const told = { details: {}, message: 'The job is over.' };
  await world.records.move(newServer.id, { to: 'stopping', cause: 'stop-asked', ...told });
  const ended = { endedAt: new Date(), ...patch };
  await world.records.move(newServer.id, { to: 'ended', cause: 'job-over', ...told, patch: ended });
}

test('The folder of a server that has ended is removed', async () => {
  const folder = makeFolder(newServer.id);
  await saveEnded({ logTail: 'the end', secret: null });
  expect(await clear()).toEqual([newServer.id]);
  expect(existsSync(folder)).toBe(false);
  expect(await world.records.get(newServer.id)).toMatchObject({ logTail: 'the end' });
});

test('The log that could not be read at the end is kept now, without the secret, which is forgotten then', async () => {
  makeFolder(newServer.id, `it was said that ${SECRET} is the word\n`);
  await saveEnded({ logProblem: 'the login node was away' });
  expect(await clear()).toEqual([newServer.id]);
  expect(await world.records.get(newServer.id)).toMatchObject({
    logTail: 'it was said that … is the word\n',
    logProblem: null,
    secret: null,
  });
});

test('A folder that is gone of itself is nothing to try again', async () => {
  await saveEnded({ logProblem: 'the login node was away' });
  expect(await clear()).toEqual([]);
  expect(await world.records.listLeftovers('cluster', 10)).toEqual([]);
});

test('Folders that cannot be listed are not taken for gone', async () => {
  makeFolder(newServer.id);
  await saveEnded({ logProblem: 'the login node was away' });
  const broken = path.join(home, 'bin');
  mkdirSync(broken);
  writeFileSync(path.join(broken, 'ls'), '#!/bin/sh\necho "Stale file handle" >&2\nexit 2\n', { mode: 0o755 });
  vi.stubEnv('PATH', `${broken}:${process.env.PATH}`);
  await expect(clear()).rejects.toThrow('Stale file handle');
  expect(await world.records.listLeftovers('cluster', 10)).toHaveLength(1);
});

test('Folders of living servers, of servers of another hub, and whatever else lies there are left', async () => {
  await world.records.insert(newServer);
  const kept = [newServer.id, OTHERS, 'notes'].map((id) => makeFolder(id));
  expect(await clear()).toEqual([]);
  expect(kept.map((folder) => existsSync(folder))).toEqual([true, true, true]);
});

test('While the home is away nothing counts as cleared', async () => {
  await saveEnded({ logProblem: 'the login node was away' });
  rmSync(home, { recursive: true });
  await expect(clear()).rejects.toThrow('cannot be listed');
  expect(await world.records.listLeftovers('cluster', 10)).toHaveLength(1);
});
