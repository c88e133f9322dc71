/**
 * What `npm run demo` and `npm test` need before they can do anything: npm packages, Debian packages, the build.
 * Plain JavaScript without dependencies, because it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The checkout's folder. */
export const root = path.resolve(import.meta.dirname, '..');

const POLICY = '/usr/sbin/policy-rc.d';

/** The set-up cannot go on; the message says what is missing and how to get it. */
export class SetupError extends Error {}

/** Says what is being done, on standard error, so that standard output stays for results. */
export function say(text) {
  process.stderr.write(`\u001b[2m▸\u001b[0m ${text}\n`);
}

/** Refuses a Node that is too old, with words. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`juhub needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
}

/** Runs a command and waits; its output goes where ours goes. @throws SetupError when it fails */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (result.error || result.status !== 0) {
    const why = result.error ? result.error.message : `exit code ${result.status}`;
    throw new SetupError(`${options.what ?? [command, ...args].join(' ')} failed: ${why}`);
  }
}

/** Whether this process may install Debian packages. */
export function canInstall() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Makes sure that commands exist, by installing the Debian packages that bring them.
 *
 * @param {Record<string, string>} wanted path of a program (`*` for one folder level) → package
 * @returns the packages that are missing and cannot be installed here
 */
export function ensureSystemPackages(wanted) {
  const missing = [...new Set(Object.entries(wanted).flatMap(([file, name]) => (isThere(file) ? [] : [name])))];
  if (missing.length === 0 || !canInstall()) {
    return missing;
  }
  say(`installing Debian packages: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // A list of some other vendor may fail to load; what matters is whether the packages install.
  spawnSync('apt-get', ['-qq', 'update'], { stdio: ['ignore', 'ignore', 'ignore'], env });
  withoutDaemons(() => run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', ...missing], { env }));
  return Object.entries(wanted).flatMap(([file, name]) => (isThere(file) ? [] : [name]));
}

/** A package that brings a daemon must not start it on this machine: policy-rc.d forbids it while apt runs. */
function withoutDaemons(install) {
  const isOurs = !existsSync(POLICY);
  if (isOurs) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  }
  try {
    install();
  } finally {
    if (isOurs) {
      rmSync(POLICY, { force: true });
    }
  }
}

function isThere(file) {
  if (!file.includes('*')) {
    return existsSync(file);
  }
  return spawnSync('sh', ['-c', `ls -d ${file} > /dev/null 2>&1`]).status === 0;
}

/** Installs the npm packages that the lock file names, unless that has been done since it last changed. */
export function ensureNodePackages() {
  const lock = path.join(root, 'package-lock.json');
  const mark = path.join(root, 'node_modules', '.package-lock.json');
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) {
    return;
  }
  const lacking = ensureSystemPackages({
    '/usr/bin/g++': 'g++',
    '/usr/bin/make': 'make',
    '/usr/bin/python3': 'python3',
  });
  if (lacking.length > 0) {
    say(`no ${lacking.join(', ')} here: a package that has no ready-made binary for this machine will not compile`);
  }
  say('installing npm packages (about a minute, once)');
  run('npm', ['ci', '--no-audit', '--no-fund'], { what: 'npm ci' });
}

/** Compiles the packages. */
export function build() {
  say('building');
  run('npm', ['run', '--silent', 'build'], { what: 'the build' });
}

/** Starts a long-lived command in the background; `what` names it when it ends on its own. */
export function start(command, args, options = {}) {
  return spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
}

/** The cluster's own description of itself, or undefined while it is not up. */
export function readCluster(name) {
  const file = `/run/juhub-cluster/${name}/cluster.json`;
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Why a real cluster cannot be made on this machine, in words; undefined where it can. */
export function whyNoCluster() {
  if (process.platform !== 'linux') {
    return 'a Slurm cluster in network namespaces needs Linux';
  }
  if (process.getuid?.() !== 0) {
    return 'making network namespaces and a root file system needs root (try: sudo npm run …)';
  }
  if (!canInstall()) {
    return 'the cluster is made of Debian packages, and there is no apt-get here';
  }
  const probe = spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', '--uts', 'true']);
  return probe.status === 0 ? undefined : 'this machine does not allow namespaces (unshare failed)';
}
