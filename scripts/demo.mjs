/**
 * `npm run demo`: everything from nothing. Sets up, brings a real Slurm cluster up on this machine, starts juhub in
 * front of it, prints the address and a sign-in; Ctrl-C ends all of it. Where a cluster cannot be made, the site is
 * this machine itself.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import {
  build,
  checkNode,
  ensureNodePackages,
  readCluster,
  root,
  run,
  SetupError,
  say,
  start,
  whyNoCluster,
} from './setup.mjs';

const juhub = path.join(root, 'packages/hub/bin/juhub.js');

/** What has to be undone, last first. */
const undo = [];
let isEnding = false;

process.on('SIGINT', () => void end(0));
process.on('SIGTERM', () => void end(0));

try {
  checkNode();
  ensureNodePackages();
  build();
  const port = await freePort(8000);
  const noCluster = whyNoCluster();
  if (noCluster === undefined) {
    await demoOnCluster(port);
  } else {
    say(`\u001b[1mNo real cluster here:\u001b[0m ${noCluster}.`);
    say('The site is this machine itself: the same path, with the job a process and no SSH.');
    await demoOnThisMachine(port);
  }
} catch (error) {
  process.stderr.write(`${error instanceof SetupError ? error.message : error.stack}\n`);
  await end(1);
}

async function demoOnCluster(port) {
  // Named by the port: of two demos at once each has its own, and what a killed one left is found and taken away.
  const name = `juhub-demo-${port}`;
  const env = { ...process.env, JUHUB_CLUSTER_NAME: name };
  const down = (words) =>
    spawnSync('test/cluster/cluster.sh', ['down'], { cwd: root, env, stdio: ['ignore', 'ignore', words] });
  down('ignore');
  say('bringing the cluster up (the first time its root file system is built: some minutes)');
  undo.push(() => down('inherit'));
  run('test/cluster/cluster.sh', ['up'], { env, what: 'the cluster' });
  const cluster = readCluster(name);
  const people = { alice: makePassword(), bob: makePassword() };
  const config = writeConfig(port, people, [
    '  - name: cluster',
    '    title: Demo cluster',
    '    kind: ssh',
    `    hosts: ["${cluster.login.address}:${cluster.login.port}"]`,
    `    knownHosts: ${cluster.knownHosts}`,
    `    privateKey: ${cluster.key}`,
    '    serviceAccount: juhub',
    '    loginNode: true',
  ]);
  // The login node is only reached from the hub's own network: the connector lives there, as it would at a site.
  launch('connector', 'nsenter', [
    `--net=${cluster.netns.hub}`,
    process.execPath,
    juhub,
    'connector',
    '--config',
    config,
  ]);
  announce(await serve(config, ['--without', 'connector']), people);
}

async function demoOnThisMachine(port) {
  if (!['jupyter-lab', 'jupyter-notebook'].some((program) => spawnSync(program, ['--version']).status === 0)) {
    throw new SetupError(
      'There is no JupyterLab on this machine. Install it first (for example: pip install jupyterlab).',
    );
  }
  const people = { [userInfo().username]: makePassword() };
  const config = writeConfig(port, people, ['  - name: here', '    title: This machine', '    kind: local']);
  const before = new Set(listServers());
  undo.push(() =>
    listServers()
      .filter((folder) => !before.has(folder))
      .forEach(endServer),
  );
  announce(await serve(config), people);
}

/** The folders of the servers that run as processes of this machine. */
function listServers() {
  const folder = path.join(homedir(), '.juhub/servers');
  return existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
}

/** Servers outlive juhub; those of a demo must not outlive the demo. */
function endServer(folder) {
  const pid = Number(readFileSync(path.join(folder, 'process'), 'utf8').split(':')[1]);
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Writes the demo's configuration into a folder of its own, which goes when the demo ends. */
function writeConfig(port, people, siteLines) {
  const folder = mkdtempSync(path.join(tmpdir(), 'juhub-demo-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const config = path.join(folder, 'juhub.yaml');
  const users = Object.entries(people).map(
    ([name, password]) => `  - name: ${name}\n    passwordHash: "${hash(password)}"`,
  );
  const lines = ['public:', `  listen: 127.0.0.1:${port}`, `stateDir: ${folder}/state`, 'log: { level: error }'];
  writeFileSync(config, [...lines, 'users:', ...users, 'sites:', ...siteLines, ''].join('\n'), { mode: 0o600 });
  return config;
}

function hash(password) {
  const result = spawnSync(process.execPath, [juhub, 'user', 'hash', '--password-stdin'], {
    input: password,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new SetupError(`juhub user hash failed: ${result.stderr}`);
  }
  return result.stdout.trim();
}

function makePassword() {
  return randomBytes(6).toString('base64url');
}

/** The wanted port, or the next that is free. */
async function freePort(wanted) {
  for (let port = wanted; port < wanted + 100; port += 1) {
    const isFree = await new Promise((resolve) => {
      const probe = net.createServer().once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) {
      return port;
    }
  }
  throw new SetupError(`No free port between ${wanted} and ${wanted + 99}.`);
}

/** Starts all of juhub that is not running yet, and resolves with its address when it says that it is ready. */
function serve(config, more = []) {
  const child = launch('juhub', process.execPath, [juhub, 'serve', '--config', config, ...more], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new SetupError('juhub could not be started; its own words stand above.')));
    createInterface(child.stderr).on('line', (line) => {
      const ready = /^juhub is ready at (\S+)$/.exec(line);
      if (ready) {
        resolve(ready[1]);
      } else {
        process.stderr.write(`${line}\n`);
      }
    });
  });
}

/** Starts a part of juhub; when it ends on its own, so does the demo. */
function launch(what, command, args, options = {}) {
  // A process group of its own: Ctrl-C reaches us alone, and we end the parts in order.
  const child = start(command, args, { detached: true, ...options });
  const gone = new Promise((resolve) => {
    child.once('exit', (code) => resolve(`ended with code ${code}`));
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
  });
  gone.then((how) => {
    if (!isEnding) {
      say(`${what} ${how}`);
      end(1);
    }
  });
  undo.push(async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  });
  return child;
}

/** Says where juhub is and how to get in. */
function announce(url, people) {
  const signIns = Object.entries(people).map(([name, password]) => `    ${name.padEnd(12)} ${password}`);
  process.stdout.write(
    ['', `  juhub is ready:  ${url}`, '', '  Sign in as', ...signIns, '', '  Ctrl-C ends everything.', '', ''].join(
      '\n',
    ),
  );
}

/** Undoes everything, last first, once; a second Ctrl-C does not cut it short. */
async function end(code) {
  if (isEnding) {
    return;
  }
  isEnding = true;
  say('ending everything');
  for (const step of undo.reverse()) {
    await step();
  }
  process.exit(code);
}
