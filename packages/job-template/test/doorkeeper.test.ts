import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

const PARTS = fileURLToPath(new URL('../../../slurm-templates/parts/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./door-program.mjs', import.meta.url));
const SECRET = 'c0ffee'.repeat(10).padEnd(64, '0');
const BASE = '/user/alice/default/';
const KEY = { Authorization: `token ${SECRET}` };

/** The two shell parts as a job uses them, with the doorkeeper in the foreground in place of what serve.sh does. */
const SCRIPT = `. "$PARTS/say.sh"; . "$PARTS/doorkeeper-program.sh"; . "$PARTS/doorkeeper.sh"
juhub_runtime=$JUHUB_DIR
juhub_serve() { shift; exec "$@"; }
eval "$MAKE"
juhub_serve_behind_door "$READY" "$NODE" "$PROGRAM"`;

/** Anybody's server on a port of the loopback. */
const LISTEN = `const server = require('node:http').createServer((_, answer) => answer.end('stranger'));
server.listen(0, '127.0.0.1', () => console.log(server.address().port))`;

class Door {
  readonly folder = mkdtempSync(join(tmpdir(), 'juhub-door-'));
  port = 0;
  log = '';
  #process: ChildProcess;

  constructor(make: string, ready = '') {
    writeFileSync(join(this.folder, 'secret'), `${SECRET}\n`);
    const own = { PARTS, PROGRAM, MAKE: make, READY: ready, NODE: process.execPath };
    const juhub = { JUHUB_DIR: this.folder, JUHUB_BIND: '127.0.0.1', JUHUB_BASE_PATH: BASE, HOME: this.folder };
    this.#process = spawn('bash', ['-c', SCRIPT], {
      env: { PATH: process.env.PATH, ...own, ...juhub },
      detached: true,
    });
    this.#process.stdout?.on('data', (words) => {
      this.log += words;
    });
  }

  /** Waits until the door is there. */
  async open(): Promise<void> {
    await this.wait('door-port');
    this.port = Number(readFileSync(join(this.folder, 'door-port'), 'utf8'));
  }

  /** Waits until a file of the folder is there. */
  async wait(name: string): Promise<void> {
    const changes = watch(this.folder);
    while (!existsSync(join(this.folder, name))) {
      await once(changes, 'change');
    }
    changes.close();
  }

  /** Waits until the door and the program behind it are there. */
  async settle(): Promise<this> {
    await this.open();
    await this.wait('program.socket');
    // The file is there a moment before anybody listens at it.
    await vi.waitFor(() => this.#knockAtProgram(), { timeout: 10_000 });
    return this;
  }

  async #knockAtProgram(): Promise<void> {
    const socket = net.connect(join(this.folder, 'program.socket'));
    await once(socket, 'connect');
    socket.destroy();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async end(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      await once(this.#process, 'exit');
    }
    return this.#process.exitCode;
  }

  async ask(path: string, options: http.RequestOptions & { body?: string } = {}) {
    const { body = '', ...given } = options;
    const request = http.request({ port: this.port, path, headers: KEY, agent: false, ...given });
    request.end(body);
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
  }

  /** Says something letter by letter. @returns all that comes back until the end of the connection */
  async say(words: string): Promise<string> {
    const socket = net.connect(this.port, '127.0.0.1');
    socket.end(words);
    return text(socket);
  }

  async close(): Promise<void> {
    // Its process group: the program too.
    if (this.#process.exitCode === null) {
      process.kill(-this.pid, 'SIGKILL');
    }
    await this.end();
    rmSync(this.folder, { recursive: true });
  }
}

describe('The doorkeeper', () => {
  let door: Door;
  beforeAll(async () => {
    door = await new Door('juhub_make_door').settle();
  });
  afterAll(() => door.close());

  test('lets in who brings the key, and the program never sees it', async () => {
    const answer = await door.ask(`${BASE}page?a=1`, { headers: { ...KEY, 'X-Own': 'kept', Host: `h:${door.port}` } });
    expect(answer.status).toBe(200);
    const { url, headers } = JSON.parse(answer.text) as { url: string; headers: Record<string, string> };
    expect([url, headers['x-own'], headers.host]).toEqual([`${BASE}page?a=1`, 'kept', `h:${door.port}`]);
    expect(JSON.stringify(headers)).not.toContain(SECRET);
  });

  test.each([
    ['no key', {}],
    ['another key', { Authorization: `token ${SECRET.slice(1)}1` }],
    ['the beginning of the key', { Authorization: `token ${SECRET.slice(0, -1)}` }],
    ['an empty key', { Authorization: 'token ' }],
    ['a key of another kind', { Authorization: `Basic ${SECRET}` }],
  ])('turns away who brings %s', async (_, headers) => {
    expect((await door.ask(BASE, { headers })).status).toBe(403);
    expect((await door.ask(`${BASE}api/status`, { headers })).status).toBe(403);
  });

  test('asks each request of a connection for the key, also what is hidden behind another one', async () => {
    const request = (key: string, more = '') => `GET ${BASE} HTTP/1.1\r\nHost: h\r\n${key}${more}\r\n`;
    const key = `Authorization: token ${SECRET}\r\n`;
    const statuses = async (words: string) => (await door.say(words)).match(/HTTP\/1\.1 \d+/g);
    expect(await statuses(request(key) + request(key) + request(''))).toEqual([
      'HTTP/1.1 200',
      'HTTP/1.1 200',
      'HTTP/1.1 403',
    ]);
    const twoLengths = 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n';
    expect(await statuses(request(key, twoLengths))).toEqual(['HTTP/1.1 400']);
    expect(await statuses(request(key, 'Content-Length: 1\r\nContent-Length: 2\r\n'))).toEqual(['HTTP/1.1 400']);
    expect(await statuses(request(key, 'Transfer-Encoding : chunked\r\n'))).toEqual(['HTTP/1.1 400']);
    expect(await statuses(request(key + key))).toEqual(['HTTP/1.1 403']);
    expect(await statuses(request(key, ' folded\r\n'))).toEqual(['HTTP/1.1 400']);
    expect(await statuses(request(key, `X: ${'x'.repeat(70_000)}\r\n`))).toEqual(['HTTP/1.1 431']);
    expect(await statuses(`GET /user/bob/ HTTP/1.1\r\n${key}\r\n`)).toEqual(['HTTP/1.1 404']);
  });

  test('hands bodies of any size on both ways, with their length told or in chunks', async () => {
    const body = 'ä\r\n0\r\n\r\n'.repeat(300_000);
    const inChunks = { ...KEY, 'Transfer-Encoding': 'chunked' };
    const withLength = { ...KEY, 'Content-Length': Buffer.byteLength(body) };
    for (const headers of [inChunks, withLength]) {
      const answer = await door.ask(`${BASE}echo`, { method: 'POST', headers, body });
      expect(answer.text === body).toBe(true);
    }
  });

  test('lets another protocol through after the key was shown, and not before', async () => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
    const request = http.request({ port: door.port, path: BASE, headers: { ...KEY, ...headers } });
    request.end();
    const [answer, socket, first] = (await once(request, 'upgrade')) as [http.IncomingMessage, net.Socket, Buffer];
    expect(answer.headers.upgrade).toBe('websocket');
    socket.end('there and back');
    expect(first.toString() + (await text(socket))).toBe('authorization: undefined\nthere and back');
    expect((await door.ask(BASE, { headers })).status).toBe(403);
  });

  test('has room for who has the key however many others stand at the door', async () => {
    const crowd = Array.from({ length: 300 }, () => net.connect(door.port, '127.0.0.1').on('error', () => undefined));
    await Promise.all(crowd.map((one) => once(one, 'connect')));
    expect((await door.ask(BASE)).status).toBe(200);
    expect(readdirSync(`/proc/${door.pid}/fd`).length).toBeLessThan(150);
    for (const one of crowd) {
      one.destroy();
    }
  });

  test('leaves the program nowhere where others get: its socket is in a folder of its user’s own', () => {
    expect(existsSync(join(door.folder, 'program.socket'))).toBe(true);
    expect(statSync(door.folder).mode & 0o077).toBe(0);
  });

  test('shows the key on no command line', () => {
    expect(readFileSync(`/proc/${door.pid}/cmdline`, 'utf8')).toContain('doorkeeper.py');
    expect(readFileSync(`/proc/${door.pid}/cmdline`, 'utf8')).not.toContain(SECRET);
  });
});

describe('A doorkeeper', () => {
  let door: Door | undefined;
  afterEach(() => door?.close());

  /** A door of this test alone. */
  function makeDoor(make = 'juhub_make_door', ready = ''): Door {
    door = new Door(make, ready);
    return door;
  }

  test('says that the program is ready when it is, in its place', async () => {
    const { folder } = await makeDoor().settle();
    expect(await door?.ask(`${BASE}api/status`)).toMatchObject({ status: 200, text: 'ready\n' });
    rmSync(join(folder, 'program.socket'));
    expect((await door?.ask(`${BASE}api/status`))?.status).toBe(503);
    expect((await door?.ask(BASE))?.status).toBe(503);
  });

  test('takes the path of the server off for a program that thinks it stands at the root', async () => {
    await makeDoor('juhub_make_door; juhub_cut_base').settle();
    expect(JSON.parse((await door?.ask(`${BASE}a/b?c`))?.text ?? '')).toMatchObject({ url: '/a/b?c' });
    expect((await door?.ask(`${BASE}away`))?.headers.location).toBe(`${BASE}elsewhere`);
  });

  test('ends with the program, and with its exit code', async () => {
    await makeDoor().settle();
    await door?.ask(`${BASE}end`).catch(() => undefined);
    expect(await door?.end()).toBe(3);
  });

  test('asks the program to end when it is asked to, and waits for it', async () => {
    const { folder } = await makeDoor().settle();
    door?.signal('SIGTERM');
    expect(await door?.end()).toBe(0);
    expect(existsSync(join(folder, 'asked-to-end'))).toBe(true);
  });

  test('can hand on to a port of the node for a program that knows no sockets, and warns of it', async () => {
    await makeDoor('juhub_make_open_door', 'api/status').open();
    await expect.poll(async () => (await door?.ask(BASE))?.status, { timeout: 15_000 }).toBe(200);
    expect(door?.log).toMatch(/WARNING: The program listens on 127\.0\.0\.1:\d+/);
  });

  test.skipIf(process.getuid?.() !== 0)('hands nothing on to a port that somebody else listens on', async () => {
    const stranger = spawn(process.execPath, ['-e', LISTEN], { uid: 65_534, stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = (await once(stranger.stdout, 'data')) as [Buffer];
    await makeDoor(`juhub_make_door; juhub_door_options+=(--port ${port})`).open();
    const answer = await door?.ask(BASE);
    stranger.kill();
    expect(answer).toMatchObject({ status: 503, text: expect.stringContaining('belongs to somebody else') });
  });

  test('lets nobody wait at the door for long without the key', async () => {
    const quick = 's/^STRANGER_SECONDS = .*/STRANGER_SECONDS = 0.2/';
    await makeDoor(`juhub_make_door; sed -i "${quick}" "$juhub_runtime/doorkeeper.py"`).open();
    const slow = net.connect(door?.port ?? 0, '127.0.0.1');
    slow.write(`GET ${BASE} HTTP/1.1\r\nHost: h\r\n`);
    expect(await text(slow)).toBe('');
  });

  test('says so when the folder for the socket is too deep for one', async () => {
    const { folder } = makeDoor(`juhub_runtime=$JUHUB_DIR/$(printf 'x%.0s' {1..100}); juhub_make_door`);
    expect(await door?.end()).toBe(73);
    expect(readFileSync(join(folder, 'failed'), 'utf8')).toContain('too long');
  });
});
