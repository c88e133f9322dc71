import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PartWatch } from '../../src/spawn/part-watch.js';

let folder: string;
let part: { server: Server; sockets: Set<Socket> } | undefined;
let watch: PartWatch;
const onBack = vi.fn();

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'juhub-watch-'));
  onBack.mockReset();
  watch = new PartWatch(path.join(folder, 'part.sock'), onBack);
});

afterEach(async () => {
  watch.close();
  await endPart();
  await rm(folder, { recursive: true });
});

async function startPart(): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket)).listen(path.join(folder, 'part.sock'));
  await once(server, 'listening');
  part = { server, sockets };
}

async function endPart(): Promise<void> {
  const ended = part;
  part = undefined;
  if (ended === undefined) return;
  for (const socket of ended.sockets) socket.destroy();
  await new Promise((resolve) => ended.server.close(resolve));
}

test('A part that goes and comes back is noticed each time, and one that was there all the time is not', async () => {
  await startPart();
  watch.open();
  await vi.waitFor(() => expect(part?.sockets.size).toBe(1));
  expect(onBack).not.toHaveBeenCalled();
  for (const times of [1, 2]) {
    await endPart();
    await startPart();
    await vi.waitFor(() => expect(onBack).toHaveBeenCalledTimes(times), { timeout: 5_000 });
  }
});

test('A part that starts after the watch is noticed', async () => {
  watch.open();
  await startPart();
  await vi.waitFor(() => expect(onBack).toHaveBeenCalledTimes(1), { timeout: 5_000 });
});
