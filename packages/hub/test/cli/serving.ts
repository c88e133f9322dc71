import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { startJuhub } from './run-juhub.js';

/** A `juhub serve` of a test. */
export interface Serving {
  readonly child: ChildProcess;
  /** What it has written to standard error so far. */
  readonly lines: readonly string[];
  /** The first line, from now on or of those before, that fits. Rejects when the process ends before. */
  waitFor(pattern: RegExp): Promise<string>;
}

/**
 * An empty folder for the configuration and the state of a `juhub serve`. It goes once the test is over and
 * everything that `startServing` has started since has ended: who still wrote into it would bring it back.
 */
export function makeServingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'juhub-serve-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Starts `juhub serve` with the configuration in a folder; it and its parts end with the test.
 *
 * @param through a program with its arguments that becomes the one named after them
 */
export function startServing(folder: string, args: readonly string[] = [], through: readonly string[] = []): Serving {
  const child = startJuhub(['serve', ...args], folder, through);
  // The parts write to the same pipes: these close when the last of them has ended, which may be after `serve`.
  const allEnded = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await allEnded;
  });
  const lines: string[] = [];
  const reader: Interface = createInterface({ input: child.stderr ?? process.stdin });
  reader.on('line', (line) => lines.push(line));
  const waitFor = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = lines.find((line) => pattern.test(line));
      if (found !== undefined) {
        return found;
      }
      const over = allEnded.then(() => Promise.reject(new Error(`ended:\n${lines.join('\n')}`)));
      await Promise.race([once(reader, 'line'), over]);
    }
  };
  return { child, lines, waitFor };
}

/** A port of this machine that nobody listens on just now. */
export async function findPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
