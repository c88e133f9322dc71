import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConnectorClient } from '../../../packages/connector/src/api/connector-client.js';
import { explainMissingSshd, SshWorld } from '../../../packages/connector/test/real-sshd.js';
import { type Contestant, findPort, startChp, startJuhub, startOwn, whenReady } from './contestants.js';

/** The fastest one here for both sides, which the connector asks for first; ssh by itself would take a slower one. */
const cipher = 'aes128-gcm@openssh.com';
const account = 'alice';
const connectorProcess = path.resolve(import.meta.dirname, '../../connector/connector-process.mjs');

/** Where the ways lead, how long they are in either direction, and what becomes of all that is started. */
interface Course {
  backendPort: number;
  delayMs: number;
  folder: string;
  keep: (contestant: Contestant) => Contestant;
  atEnd: (close: () => Promise<void>) => void;
}

/** The ways to the backend, and what of each speaks SSH. */
interface Tunnels {
  ways: Contestant[];
  /** The connector's tunnel alone, as `ssh -L` is. */
  tunnel: Contestant;
  /** The first and the last of the ways; their processes are the connector and `ssh`. */
  sshEnds: Contestant[];
}

/**
 * The ways through one sshd to the backend: juhub's proxy over the connector's tunnel, configurable-http-proxy over
 * `ssh -L`, and `ssh -L` alone. Throws where there is no real sshd.
 */
export async function layTunnels({ backendPort, delayMs, folder, keep, atEnd }: Course): Promise<Tunnels> {
  const missing = explainMissingSshd();
  if (missing !== undefined) throw new Error(missing);
  const world = new SshWorld();
  atEnd(() => world.stop());
  const sshd = await world.startSshd();
  let port = sshd.port;
  if (delayMs > 0) {
    ({ port } = keep(await startOwn('delay', 'run-delay.ts', [`${sshd.port}`, `${delayMs}`])));
    writeFileSync(world.knownHosts, sshd.knownHostsLine.replace(`:${sshd.port} `, `:${port} `), { flag: 'a' });
  }
  const forward = keep(await startForward(world, port, backendPort));
  const site = { ...world.makeSite(sshd), hosts: [{ host: '127.0.0.1', port }] };
  const own = path.join(folder, `tunnel-${delayMs}`);
  const connector = keep(await startConnectorProcess([site], own));
  const client = new ConnectorClient({ socketPath: path.join(own, 'connector.sock') });
  const endpoint = { site: site.name, account, host: '127.0.0.1', port: backendPort };
  const { socketPath } = await client.openTunnel({ name: 'bench', ...endpoint });
  const juhub = keep(await startJuhub(`unix+http://${encodeURIComponent(socketPath)}`, own));
  const chp = keep(await startChp(`http://127.0.0.1:${forward.port}`));
  const tunnel = { ...connector, socketPath };
  return { ways: [juhub, chp, forward], tunnel, sshEnds: [{ ...juhub, process: connector.process }, forward] };
}

async function startForward(world: SshWorld, sshPort: number, backendPort: number): Promise<Contestant> {
  const port = await findPort();
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    `UserKnownHostsFile=${world.knownHosts}`,
    `Ciphers=${cipher}`,
  ];
  const args = [
    '-F',
    'none',
    '-N',
    '-i',
    world.userKey,
    '-p',
    `${sshPort}`,
    ...options.flatMap((each) => ['-o', each]),
  ];
  const child = spawn('ssh', [...args, '-L', `127.0.0.1:${port}:127.0.0.1:${backendPort}`, `${account}@127.0.0.1`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return await whenReady({ name: 'sshL', port, process: child });
}

async function startConnectorProcess(sites: readonly object[], folder: string): Promise<Contestant> {
  const options = { sites, socketPath: path.join(folder, 'connector.sock'), tunnelDir: path.join(folder, 'tunnels') };
  const child = spawn(process.execPath, [connectorProcess, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  while (!said.includes('ready')) said += String(((await once(child.stdout, 'data')) as [Buffer])[0]);
  child.stdout.resume(); // its log
  return { name: 'connector', port: 0, process: child };
}
