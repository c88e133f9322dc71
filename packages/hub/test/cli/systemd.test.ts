import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Systemd } from '../../src/cli/systemd.js';
import type { Trouble } from '../../src/status/trouble.js';

let folder: string;

/** In the place of systemd-notify(1): writes down what it was to send, and where to. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-systemd-'));
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\nprintf '%s %s\\n' "$NOTIFY_SOCKET" "$*" >> '${folder}/sent'\n`);
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH ?? ''}`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const sent = (): string => (existsSync(join(folder, 'sent')) ? readFileSync(join(folder, 'sent'), 'utf8') : '');
const complaints: string[] = [];
const say = (line: string) => complaints.push(line);
const well = { findTroubles: async () => [] };

describe('What systemd is told', () => {
  it('is that the process is ready, alive and stopping, and what is wrong in one line', async () => {
    const troubles: Trouble[] = [{ what: 'site:cluster', message: 'It is\naway.', isFatal: false }];
    const environment = { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '100000', WATCHDOG_PID: String(process.pid) };
    const systemd = new Systemd(environment, say);
    await systemd.ready({ findTroubles: async () => troubles });
    expect(sent()).toBe('/run/n READY=1 STATUS=Ready\n');
    await vi.waitFor(() => expect(sent()).toContain('/run/n STATUS=It is away.\n'), 5_000);
    expect(sent()).toContain('/run/n WATCHDOG=1\n');
    troubles.pop();
    await vi.waitFor(() => expect(sent()).toContain('/run/n STATUS=All is well\n'), 5_000);
    await systemd.stopping();
    expect(sent().trimEnd().split('\n').at(-1)).toBe('/run/n STOPPING=1 STATUS=Stopping');
  });

  it('is nothing where systemd did not start the process', async () => {
    const systemd = new Systemd({}, say);
    await systemd.ready(well);
    await systemd.stopping();
    expect(sent()).toBe('');
  });

  it('is not said by children in the place of the process: what systemd gave it is taken out of the environment', () => {
    const environment = { NOTIFY_SOCKET: '/run/n', WATCHDOG_USEC: '1000000', HOME: '/' };
    new Systemd(environment, say);
    expect(environment).toEqual({ HOME: '/' });
  });

  it('keeps nobody from working when it cannot be sent', async () => {
    writeFileSync(join(folder, 'systemd-notify'), '#!/bin/sh\necho no bus >&2\nexit 1\n');
    const systemd = new Systemd({ NOTIFY_SOCKET: '/run/n' }, say);
    await systemd.ready(well);
    await systemd.stopping();
    expect(complaints[0]).toMatch(/^systemd could not be told READY=1: .*no bus/s);
  });
});
