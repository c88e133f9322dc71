import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSocket } from './load.js';

/** A process that answers on a port of 127.0.0.1. */
export interface Contestant {
  readonly name: string;
  readonly port: number;
  /** The unix socket where it listens instead of a port. */
  readonly socketPath?: string;
  readonly process: ChildProcess;
  /** Where it speaks HTTPS, both HTTP/1.1 and HTTP/2, beside `port`. */
  readonly tlsPort?: number;
  /** Where its REST API is; `undefined` for what has none. */
  readonly api?: { readonly socketPath: string } | { readonly host: string; readonly port: number };
}

const here = path.dirname(fileURLToPath(import.meta.url));
const chpVersion = '5.3.0';
const chpFolder = path.resolve(here, '../../../.cache/bench/configurable-http-proxy');
const chpCommand = path.join(chpFolder, 'node_modules/configurable-http-proxy/bin/configurable-http-proxy');

/** Key and certificate for HTTPS. */
const pemFile = path.resolve(here, '../../../packages/proxy/test/fixtures/server.pem');

/** As many as may be. */
const withOpenFiles = 'ulimit -n "$(ulimit -Hn)"; exec "$@"';

/** Starts a program that may open many files; its process is the program's own. */
function spawnOpen(command: string, args: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess {
  const stdio: StdioOptions = ['ignore', stdout, stdout === 'pipe' ? 'inherit' : 'ignore'];
  return spawn('/bin/sh', ['-c', withOpenFiles, 'sh', command, ...args], { stdio });
}

/** Starts a file of this folder that prints its port. */
export async function startOwn(name: string, file: string, args: readonly string[]): Promise<Contestant> {
  const child = spawnOpen(process.execPath, ['--import', 'tsx', path.join(here, file), ...args], 'pipe');
  if (child.stdout === null) throw new Error('no way to hear of its port');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { name, port: Number(line.toString().trim()), process: child };
}

/** juhub's proxy, with a folder of its own. */
export async function startJuhub(target: string, folder: string, name = 'juhub'): Promise<Contestant> {
  const own = path.join(folder, name);
  await mkdir(own, { recursive: true });
  const contestant = await startOwn(name, 'run-juhub.ts', [target, own]);
  return { ...contestant, api: { socketPath: path.join(own, 'admin.sock') } };
}

/** The same as `startJuhub`, but it speaks HTTPS on its one port. */
export async function startSecureJuhub(target: string, folder: string): Promise<Contestant> {
  const own = path.join(folder, 'juhub-tls');
  await mkdir(own, { recursive: true });
  return await startOwn('juhub', 'run-juhub.ts', [target, own, pemFile]);
}

/** configurable-http-proxy, fetched once into the cache of this checkout. Rejects where it cannot be had. */
export async function startChp(target: string): Promise<Contestant> {
  if (!existsSync(chpCommand)) {
    await mkdir(chpFolder, { recursive: true });
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', chpFolder];
    execFileSync('npm', [...args, `configurable-http-proxy@${chpVersion}`], { stdio: 'ignore', timeout: 60_000 });
  }
  const [port, apiPort] = [await findPort(), await findPort()];
  const args = ['--ip', '127.0.0.1', '--port', `${port}`, '--api-port', `${apiPort}`, '--default-target', target];
  const child = spawnOpen(process.execPath, [chpCommand, ...args, '--log-level', 'error'], 'ignore');
  return await whenReady({ name: 'chp', port, process: child, api: { host: '127.0.0.1', port: apiPort } });
}

/** nginx with one worker. Rejects where it is not installed. */
export async function startNginx(backendPort: number, folder: string): Promise<Contestant> {
  const [port, tlsPort] = [await findPort(), await findPort()];
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, describeNginx({ port, tlsPort, backendPort, folder }));
  const child = spawnOpen('nginx', ['-p', folder, '-e', 'stderr', '-c', file], 'ignore');
  return await whenReady({ name: 'nginx', port, tlsPort, process: child });
}

/** WebSockets as its manual says, kept connections to the backend, nothing written to disk. */
function describeNginx(given: { port: number; tlsPort: number; backendPort: number; folder: string }): string {
  const { port, tlsPort, backendPort, folder } = given;
  return `daemon off; master_process off; pid ${folder}/nginx.pid; 
events { worker_connections 40000; }
http {
  access_log off;
  proxy_temp_path ${folder}/proxy; client_body_temp_path ${folder}/body; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  keepalive_requests 100000000; client_max_body_size 0;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream backend { server 127.0.0.1:${backendPort}; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    listen 127.0.0.1:${tlsPort} ssl http2 backlog=4096;
    ssl_certificate ${pemFile}; ssl_certificate_key ${pemFile};
    location / {
      proxy_pass http://backend; proxy_http_version 1.1; proxy_max_temp_file_size 0; proxy_request_buffering off; proxy_read_timeout 1h;
      proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
    }
  }
}
`;
}

/** Resolves when it takes connections; rejects when it ended, or did not within 10 seconds. */
export async function whenReady(contestant: Contestant): Promise<Contestant> {
  let failure: unknown;
  contestant.process.once('error', (error) => {
    failure = error;
  });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (failure !== undefined) throw failure;
    if (contestant.process.exitCode !== null) throw new Error(`it ended with ${contestant.process.exitCode}`);
    try {
      (await openSocket(contestant.port)).destroy();
      return contestant;
    } catch {
      await delay(50);
    }
  }
  contestant.process.kill();
  throw new Error('it did not answer within 10 seconds');
}

/** A port of 127.0.0.1 where nobody listens. */
export async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
