import { readdirSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectorError } from '../src/connector-error.js';
import type { Transport } from '../src/transport/transport.js';
import { findFreePort } from './real-sshd.js';

/** A signal that nobody aborts; one for each use. */
const never = () => new AbortController().signal;

/** What every kind of transport must do, whatever it is made of. */
export function describeTransport(kind: string, make: () => Promise<{ transport: Transport; account: string }>): void {
  describe(`the ${kind} transport`, () => {
    let transport: Transport;
    let account: string;
    const run = (argv: string[], options: { stdin?: string; timeoutMs?: number; signal?: AbortSignal } = {}) =>
      transport.run({ argv, stdin: options.stdin, timeoutMs: options.timeoutMs }, options.signal ?? never());

    beforeAll(async () => {
      ({ transport, account } = await make());
    });

    afterAll(() => transport.close());

    it('runs a command as the account and gives both outputs and the exit code', async () => {
      const result = await run(['sh', '-c', 'id -un; echo problem >&2; exit 3']);
      expect(result).toEqual({ stdout: `${account}\n`, stderr: 'problem\n', exitCode: 3 });
    });

    it('hands on arguments exactly as they are', async () => {
      const words = ['a b', "it's", '$(id)', 'line\nbreak', '--flag', 'Jülich', ''];
      expect((await run(['printf', '%s|', ...words])).stdout).toBe(`${words.join('|')}|`);
    });

    it('writes a large input and reads it back whole', async () => {
      const stdin = 'Jülich 0123456789\n'.repeat(60_000);
      const { stdout } = await run(['cat'], { stdin });
      expect(stdout.length).toBe(stdin.length);
      expect(stdout === stdin).toBe(true);
    });

    it('gives an empty input when there is none', async () => {
      expect(await run(['cat'], { timeoutMs: 5000 })).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    });

    it('is content with a command that does not read its input', async () => {
      expect((await run(['true'], { stdin: 'x'.repeat(5_000_000) })).exitCode).toBe(0);
    });

    it('answers like a shell when there is no such program, or it may not be run', async () => {
      const missing = await run(['/nowhere/squeue']);
      expect(missing.exitCode).toBe(127);
      expect(missing.stderr).toMatch(/\/nowhere\/squeue.*not found/);
      expect((await run(['/etc/passwd'])).exitCode).toBe(126);
    });

    it('rejects when a signal ended the command, with its last words', async () => {
      await expect(run(['sh', '-c', 'echo too much >&2; kill -KILL $$'])).rejects.toMatchObject({
        code: 'killed',
        transient: true,
        message: expect.stringMatching(/SIGKILL.*too much/),
      });
    });

    it('ends a command that takes too long, and everything that it started', async () => {
      const mark = `3${Math.floor(Math.random() * 1e9)}`;
      await expect(run(['sh', '-c', `sleep ${mark} & sleep ${mark}`], { timeoutMs: 400 })).rejects.toMatchObject({
        code: 'timed-out',
        transient: true,
      });
      await expectGone(mark);
    });

    it('ends a command that ignores the polite signal', async () => {
      const mark = `4${Math.floor(Math.random() * 1e9)}`;
      const script = `trap '' TERM; while :; do sleep ${mark}; done`;
      await expect(run(['sh', '-c', script], { timeoutMs: 300 })).rejects.toMatchObject({ code: 'timed-out' });
      await expectGone(mark);
    });

    it('ends a command whose caller left', async () => {
      const mark = `5${Math.floor(Math.random() * 1e9)}`;
      const leaving = new AbortController();
      const asked = run(['sleep', mark], { signal: leaving.signal });
      await expect.poll(() => countProcesses(mark)).toBe(1);
      leaving.abort(new Error('gone'));
      await expect(asked).rejects.toThrow('gone');
      await expectGone(mark);
    });

    it('ends a command that prints without end, and says so', async () => {
      await expect(run(['yes', 'no'])).rejects.toMatchObject({ code: 'output-too-large', transient: false });
      await expect.poll(() => transport.status().commandsRunning).toBe(0);
    });

    it('runs at most eight commands at once and the others after them', async () => {
      const script = 'sleep 0.05; echo done';
      const runs = Array.from({ length: 30 }, () => run(['sh', '-c', script]));
      let most = 0;
      const watch = setInterval(() => {
        most = Math.max(most, transport.status().commandsRunning);
      }, 5);
      const results = await Promise.all(runs);
      clearInterval(watch);
      expect(results.every(({ stdout }) => stdout === 'done\n')).toBe(true);
      expect(most).toBe(8);
      expect(transport.status()).toMatchObject({ state: 'connected', commandsRunning: 0, commandsWaiting: 0 });
    });

    it('says that a command was still waiting when its time was over', async () => {
      const leaving = new AbortController();
      const busy = Array.from({ length: 8 }, () => run(['sleep', '20'], { signal: leaving.signal }).catch(() => {}));
      await expect(run(['true'], { timeoutMs: 300 })).rejects.toThrow(/was waiting for its turn/);
      leaving.abort();
      await Promise.all(busy);
      expect((await run(['true'])).exitCode).toBe(0);
    });

    it('refuses a command that no site could run', async () => {
      await expect(run(['a\0b'])).rejects.toMatchObject({ code: 'bad-request' });
      await expect(run([])).rejects.toMatchObject({ code: 'bad-request' });
    });

    it('passes its self-test', async () => {
      expect(await transport.check(never())).toMatchObject({ ok: true });
    });

    describeStreams(() => transport);
  });
}

function describeStreams(readTransport: () => Transport): void {
  const open = (port: number) => readTransport().openStream('127.0.0.1', port, never());

  it('opens a stream both ways', async () => {
    await withServer(
      (socket) => socket.pipe(socket),
      async (port) => {
        const stream = await open(port);
        stream.end('hello');
        expect(await readAll(stream)).toBe('hello');
      },
    );
  });

  it('lets the far end answer after our half has been closed', async () => {
    const answerLater = (socket: Socket) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('end', () => socket.end(`got ${received}`));
    };
    await withServer(answerLater, async (port) => {
      const stream = await open(port);
      stream.end('all of it');
      expect(await readAll(stream)).toBe('got all of it');
    });
  });

  it('carries HTTP', async () => {
    const server = createHttpServer((_request, response) => response.end('x'.repeat(300_000)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const stream = await open((server.address() as AddressInfo).port);
    const response = await new Promise<IncomingMessage>((resolve) =>
      get({ createConnection: () => stream, headers: { connection: 'close' } }, resolve),
    );
    expect((await readAll(response)).length).toBe(300_000);
    server.close();
  });

  it('says at once that nobody listens there', async () => {
    await expect(open(await findFreePort())).rejects.toMatchObject({ code: 'refused', transient: true });
  });

  it('gives up when its caller leaves', async () => {
    const port = await findFreePort();
    const gone = AbortSignal.abort(new Error('gone') as unknown as ConnectorError);
    await expect(readTransport().openStream('127.0.0.1', port, gone)).rejects.toThrow('gone');
  });
}

async function withServer(serve: (socket: Socket) => void, act: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer({ allowHalfOpen: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await act((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

async function readAll(stream: Duplex | IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** How many processes of this machine (sshd's children included) are `sleep <mark>`. */
function countProcesses(mark: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${mark}\0`;
    } catch {
      // It ended while we looked.
      return false;
    }
  }).length;
}

async function expectGone(mark: string): Promise<void> {
  await expect.poll(() => countProcesses(mark), { timeout: 8000, interval: 50 }).toBe(0);
}
