import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.js';
import { JUHUB, type JuhubFolder, type JuhubOptions, makeJuhubFolder } from './juhub-folder.js';

const READY_WITHIN_MS = 60_000;

/** A juhub that runs for a test: proxy and hub on this host, the connector on the cluster's hub network. */
export interface RunningJuhub extends Omit<JuhubFolder, 'folder'> {
  /** What the processes have written so far. */
  output(): string;
  /** Ends every process that was started, and removes the folder. */
  stop(): Promise<void>;
}

/** Starts a juhub in front of the cluster and waits until it answers; without a cluster its site is this machine. */
export async function startJuhub(cluster: Cluster | undefined, options: JuhubOptions): Promise<RunningJuhub> {
  const { folder, ...made } = await makeJuhubFolder(cluster, options);
  const { configFile } = made;
  const processes = new Processes();
  if (cluster === undefined) {
    processes.launch(process.execPath, [JUHUB, 'serve', '--config', configFile]);
  } else {
    const inHubNetwork = [`--net=${cluster.netns.hub}`, process.execPath, JUHUB, 'connector', '--config', configFile];
    processes.launch('nsenter', inHubNetwork);
    processes.launch(process.execPath, [JUHUB, 'serve', '--without', 'connector', '--config', configFile]);
  }
  const juhub: RunningJuhub = {
    ...made,
    output: () => processes.output,
    stop: async () => {
      await processes.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await waitUntilReady(juhub, processes);
  } catch (error) {
    await juhub.stop();
    throw error;
  }
  return juhub;
}

/** Child processes of a test, ended in the reverse order of their start. */
class Processes {
  output = '';
  readonly #children: ChildProcess[] = [];

  launch(command: string, args: readonly string[]): void {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.#children.push(child);
  }

  get hasFailed(): boolean {
    return this.#children.some((child) => child.exitCode !== null);
  }

  async stop(): Promise<void> {
    for (const child of this.#children.toReversed()) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await gone;
        clearTimeout(late);
      }
    }
  }
}

async function waitUntilReady(juhub: RunningJuhub, processes: Processes): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!juhub.output().includes(`juhub is ready at ${juhub.url}`)) {
    if (processes.hasFailed || Date.now() > deadline) {
      throw new Error(`juhub did not become ready:\n${juhub.output()}`);
    }
    await delay(100);
  }
}
