import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Endpoint } from '../../src/spawn/endpoint.js';
import { EndpointWatcher } from '../../src/spawn/endpoint-watcher.js';
import { folderOf } from '../../src/spawn/server-files.js';
import { silentLog } from './fake-rooms.js';

const [one, other] = ['1'.repeat(16), '2'.repeat(16)];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A login node that keeps each command until it is told what to answer. */
class FakeLoginNode {
  readonly commands: { argv: readonly string[]; answer: (stdout: string) => void }[] = [];

  readonly run = ({ argv, signal }: { argv: readonly string[]; signal?: AbortSignal }) =>
    new Promise<{ stdout: string; stderr: string; exitCode: number }>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('taken back')));
      this.commands.push({ argv, answer: (stdout) => resolve({ stdout, stderr: '', exitCode: 0 }) });
    });
}

test('One command waits for all starting servers of an account, and each hears of its own endpoint once', async () => {
  const node = new FakeLoginNode();
  const watcher = new EndpointWatcher(node.run, silentLog);
  const heard: [string, Endpoint][] = [];
  watcher.watch(one, (endpoint) => heard.push([one, endpoint]));
  watcher.watch(other, (endpoint) => heard.push([other, endpoint]));
  await vi.advanceTimersByTimeAsync(0);
  const command = node.commands.at(-1);
  expect(command?.argv.slice(-2)).toEqual([folderOf(one), folderOf(other)]);
  command?.answer(`${folderOf(other)} {"host":"cn2","port":40000}\n`);
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toEqual([[other, { host: 'cn2', port: 40000, restart: 0 }]]);
  expect(node.commands.at(-1)?.argv.at(-1)).toBe(folderOf(one));
});

test('A file that its owner broke does not make the hub ask again and again without a pause', async () => {
  const node = new FakeLoginNode();
  new EndpointWatcher(node.run, silentLog).watch(one, () => expect.unreachable());
  const answerLast = () => node.commands.at(-1)?.answer(`${folderOf(one)} nonsense\n`);
  answerLast();
  for (let second = 0; second < 10; second += 1) {
    await vi.advanceTimersByTimeAsync(1_000);
    answerLast();
  }
  expect(node.commands.length).toBeLessThanOrEqual(6);
  expect(node.commands.length).toBeGreaterThan(2);
});
