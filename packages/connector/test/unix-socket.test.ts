import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenOnUnixSocket } from '../src/unix-socket.js';

let folder: string;
let server: Server;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-socket-'));
  server = createServer();
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Leaves a socket behind as a process that was killed does. */
async function leaveStaleSocket(path: string): Promise<void> {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

describe('listening on a unix socket', () => {
  it('makes the folder and the socket for their owner alone', async () => {
    const path = join(folder, 'new', 'a.sock');
    await listenOnUnixSocket(server, path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
  });

  it('refuses a folder that others may enter', async () => {
    mkdirSync(join(folder, 'open'));
    chmodSync(join(folder, 'open'), 0o711);
    await expect(listenOnUnixSocket(server, join(folder, 'open', 'a.sock'))).rejects.toMatchObject({
      code: 'socket-folder',
      message: expect.stringMatching(/mode 0711.*chmod 700/),
    });
    expect(server.listening).toBe(false);
  });

  it('replaces a socket that a killed process left behind', async () => {
    const path = join(folder, 'a.sock');
    await leaveStaleSocket(path);
    expect(existsSync(path)).toBe(true);
    await listenOnUnixSocket(server, path);
    expect(server.listening).toBe(true);
  });

  it('leaves a socket alone on which somebody listens', async () => {
    const path = join(folder, 'a.sock');
    await listenOnUnixSocket(server, path);
    const second = createServer();
    await expect(listenOnUnixSocket(second, path)).rejects.toMatchObject({ code: 'already-running' });
    expect([server.listening, existsSync(path)]).toEqual([true, true]);
  });

  it('leaves alone what is no socket', async () => {
    const path = join(folder, 'a.sock');
    writeFileSync(path, 'precious');
    await expect(listenOnUnixSocket(server, path)).rejects.toMatchObject({ code: 'socket-folder' });
    expect(execFileSync('cat', [path], { encoding: 'utf8' })).toBe('precious');
  });

  it('refuses a path that the system would cut off', async () => {
    await expect(listenOnUnixSocket(server, join(folder, 'x'.repeat(120)))).rejects.toThrow(
      /longer than the 107 bytes/,
    );
  });
});
