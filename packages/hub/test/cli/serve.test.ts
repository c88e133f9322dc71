import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { runJuhub } from './run-juhub.js';
import { findPort, makeServingFolder, startServing } from './serving.js';

let folder: string;
let port: number;

beforeEach(async () => {
  folder = makeServingFolder();
  port = await findPort();
  writeFileSync(
    join(folder, 'juhub.yaml'),
    `public: {listen: '127.0.0.1:${port}'}\nsites: [{name: here, kind: local}]\n`,
  );
});

const serve = (...args: string[]) => startServing(folder, args);
const ask = (path: string) => fetch(`http://127.0.0.1:${port}${path}`, { redirect: 'manual' });

describe('juhub serve', { timeout: 60_000 }, () => {
  it('says where it is once everything answers, and ends everything when it is asked to', async () => {
    const { child, lines, waitFor } = serve();
    expect(await waitFor(/ready/)).toBe(`juhub is ready at http://127.0.0.1:${port}`);
    expect(await (await ask('/hub/health')).json()).toEqual({ status: 'ok' });
    expect((await ask('/')).headers.get('location')).toBe('/hub/home');
    expect(await (await ask('/hub/sign-in')).text()).toContain('<h1 id="sign-in-title">Sign in</h1>');
    const sockets = ['hub.sock', 'connector.sock', 'proxy-admin.sock'].map((name) => join(folder, 'state', name));
    expect(sockets.map((socket) => statSync(socket).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    await expect(ask('/hub/health')).rejects.toThrow();
    expect(sockets.map((socket) => existsSync(socket))).toEqual([false, false, false]);
    expect(lines.filter((line) => line.includes('starting it again'))).toEqual([]);
  });

  it('starts a part again that dies, while the others go on', async () => {
    const { lines, waitFor } = serve();
    await waitFor(/juhub is ready/);
    const before = readHubPid(lines);
    process.kill(before, 'SIGKILL');
    await waitFor(/the hub ended \(signal SIGKILL\); starting it again/);
    const isNew = (line: string) => line.includes('the hub is listening') && readPid(line) !== before;
    while (!lines.some(isNew)) {
      await waitFor(/the hub is listening/);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await (await ask('/hub/health')).json()).toEqual({ status: 'ok' });
  });

  it('ends its parts even when it is killed itself', async () => {
    const { child, waitFor } = serve();
    await waitFor(/juhub is ready/);
    const gone = waitUntilRefused();
    child.kill('SIGKILL');
    await gone;
  });

  it('says which address is taken, and leaves nothing running', async () => {
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const end = await runJuhub(['serve'], folder);
    other.close();
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain(
      `juhub: Another program listens on 127.0.0.1:${port}. Stop it, or choose another public.listen.`,
    );
    expect(end.stderr).toContain('juhub: The proxy could not be started: exit code 1.');
    expect(end.stderr).not.toContain('    at ');
    expect(existsSync(join(folder, 'state', 'hub.sock'))).toBe(false);
  });

  it('does not start with a wrong setting, and says its place', async () => {
    writeFileSync(join(folder, 'juhub.yaml'), 'sites:\n  - name: here\n    kind: local\n    pollSecond: 3\n');
    expect(await runJuhub(['serve'], folder)).toEqual({
      stdout: '',
      stderr: `juhub: ${join(folder, 'juhub.yaml')}:4:5: unknown setting "pollSecond" in sites[0]; did you mean "pollSeconds"?\n`,
      exitCode: 1,
    });
  });

  it('leaves out what runs elsewhere', async () => {
    const { waitFor } = serve('--without', 'connector');
    await waitFor(/juhub is ready/);
    expect(existsSync(join(folder, 'state', 'connector.sock'))).toBe(false);
    expect((await ask('/hub/health')).status).toBe(200);
  });

  it('writes no secret to its log', async () => {
    const { lines, waitFor } = serve();
    await waitFor(/juhub is ready/);
    const token = readFileSync(join(folder, 'state', 'proxy-token'), 'utf8').trim();
    expect(token).toHaveLength(64);
    expect(lines.join('\n')).not.toContain(token);
  });
});

function readHubPid(lines: readonly string[]): number {
  return readPid(lines.find((line) => line.includes('the hub is listening')) ?? '');
}

function readPid(line: string): number {
  return Number((JSON.parse(line) as { pid?: number }).pid);
}

/** Resolves once nobody listens on the port any more. */
async function waitUntilRefused(): Promise<void> {
  for (;;) {
    const answered = await ask('/hub/health').then(
      () => true,
      () => false,
    );
    if (!answered) {
      return;
    }
  }
}
