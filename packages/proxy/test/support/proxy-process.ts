import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ProxyClient, type ProxyLoad, type ProxyOptions } from '../../src/index.js';
import { adminToken, makeFolder, publicUrl } from './test-proxy.js';

/** What must be back where it was. */
export interface Held {
  load: ProxyLoad;
  /** What keeps its event loop busy, by kind. */
  handles: Record<string, number>;
  /** Living objects: one for each connection of HTTP/2, one for each of its streams. */
  objects: { sessions: number; streams: number };
}

/** What the process says of itself. */
export interface Answered {
  held: Held;
  /** Of living objects and buffers, nghttp2's memory included. */
  bytes: number;
  /** How long its event loop stood still at most, since it was asked before. */
  longestBlockMs: number;
  /** How often each thing was logged. */
  logged: Record<string, number>;
}

/** A proxy in a process of its own, so that nothing but the proxy is counted; ends with the test. */
export class ProxyProcess {
  readonly pid: number;
  readonly port: number;
  readonly client: ProxyClient;
  readonly #child: ReturnType<typeof fork>;

  private constructor(child: ReturnType<typeof fork>, port: number, socketPath: string) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.port = port;
    this.client = new ProxyClient({ socketPath, token: adminToken });
  }

  /** Over TLS, on a free port. */
  static async start(options: Partial<ProxyOptions>): Promise<ProxyProcess> {
    const folder = await makeFolder();
    const socketPath = join(folder, 'admin.sock');
    const own = { listen: { host: '127.0.0.1', port: 0 }, admin: { socketPath }, adminToken, publicUrl, ...options };
    const script = join(import.meta.dirname, '../http2/run-proxy.script.ts');
    const execArgv = ['--import', 'tsx', '--disable-warning=ExperimentalWarning'];
    const child = fork(script, [JSON.stringify(own)], { execArgv });
    onTestFinished(() => void child.kill('SIGKILL'));
    const gone = once(child, 'exit').then(([code]) => Promise.reject(new Error(`It ended with ${code}.`)));
    gone.catch(() => {});
    const [port] = await Promise.race([once(child, 'message'), gone]);
    return new ProxyProcess(child, Number(port), socketPath);
  }

  async ask(): Promise<Answered> {
    const answered = once(this.#child, 'message');
    this.#child.send('');
    const [said] = await answered;
    return said as Answered;
  }

  /** Its open files, as the kernel counts them. */
  get files(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** The memory that it takes, as the kernel counts it. */
  get residentBytes(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'latin1'))?.[1]) * 1024;
  }

  /** Processor time that it has used, in seconds, to within a hundredth. */
  get processorSeconds(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }
}
