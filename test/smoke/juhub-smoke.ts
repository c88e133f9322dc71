import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SmokeReport } from '../../packages/hub/src/smoke/smoke-report.js';
import type { RunningJuhub } from '../harness/start-juhub.js';

const JUHUB = path.resolve(import.meta.dirname, '../../packages/hub/bin/juhub.js');

/** What a run of `juhub smoke` left. */
export interface SmokeRun {
  readonly exitCode: number | null;
  /** What people read. */
  readonly output: string;
  readonly report: SmokeReport;
  readonly junit: string;
}

/** A run that goes on. */
export interface StartedRun {
  readonly child: ChildProcess;
  /** Resolves when the output holds these words; rejects when the run ends without them. */
  until(words: string): Promise<void>;
  readonly done: Promise<SmokeRun>;
}

/** Makes a token of a user, as an administrator does. */
export function makeToken({ configFile }: RunningJuhub, user: string): string {
  const argv = [JUHUB, 'token', 'add', user, '--label', 'smoke test', '--scope', 'servers', 'read:sites'];
  return execFileSync(process.execPath, [...argv, '--config', configFile], { encoding: 'utf8' }).trim();
}

/** Starts `juhub smoke` as a CI job would: a process of its own that has an address and a token. */
export async function startSmoke(hub: string, token: string, args: readonly string[]): Promise<StartedRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'juhub-smoke-'));
  const [json, junit] = [path.join(folder, 'report.json'), path.join(folder, 'junit.xml')];
  const argv = [JUHUB, 'smoke', '--hub', hub, '--site', 'cluster', '--json', json, '--junit', junit, ...args];
  const child = spawn(process.execPath, argv, { env: { PATH: process.env.PATH ?? '', JUHUB_TOKEN: token } });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) {
        listener();
      }
    });
  }
  const ended = once(child, 'close');
  const collect = async (): Promise<SmokeRun> => {
    const [exitCode] = (await ended) as [number | null];
    const [report, made] = await Promise.all([json, junit].map((file) => readFile(file, 'utf8'))).catch(() => {
      throw new Error(`juhub smoke ended with ${exitCode} and wrote no report:\n${output}`);
    });
    const run = { exitCode, output, report: JSON.parse(report ?? '') as SmokeReport, junit: made ?? '' };
    await rm(folder, { recursive: true });
    return run;
  };
  const until = async (words: string): Promise<void> => {
    const seen = new Promise<void>((resolve) => {
      const look = () => output.includes(words) && resolve();
      listeners.add(look);
      look();
    });
    const gone = ended.then(() => {
      throw new Error(`The run ended without “${words}”:\n${output}`);
    });
    await Promise.race([seen, gone]);
  };
  return { child, until, done: collect() };
}
