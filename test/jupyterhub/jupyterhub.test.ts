import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, runOn, upCluster } from '../cluster/cluster.js';

const CLUSTER = 'juhub-jupyterhub';
const COMMAND = fileURLToPath(new URL('../../packages/proxy/dist/command/run-command.js', import.meta.url));

const HUB_FOLDER = 'srv/jupyterhub';
const PAGE = new URL('../../docs/how-to/replace-configurable-http-proxy.md', import.meta.url);

/** The command with all that it needs in one file: the cluster's hosts have Node, and no npm package of ours. */
async function installProxy(root: string): Promise<void> {
  const file = path.join(root, 'usr/local/bin/juhub-proxy');
  await build({
    stdin: { contents: `import { runCommand } from ${JSON.stringify(COMMAND)}; void runCommand();`, resolveDir: root },
    banner: { js: '#!/usr/bin/env node' },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
  });
  await chmod(file, 0o755);
}

/** The block of the page that begins with these words, as somebody would copy it. */
async function readBlock(firstWords: string): Promise<string> {
  const lines = (await readFile(PAGE, 'utf8')).split('\n');
  const start = lines.findIndex((line) => line.startsWith(`    ${firstWords}`));
  expect(start, `the page has no block that begins with: ${firstWords}`).toBeGreaterThan(0);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('    '));
  return lines
    .slice(start, end)
    .map((line) => `${line.slice(4)}\n`)
    .join('');
}

/** Runs a driver of this folder in JupyterHub's; resolves with what it saw. */
async function drive(cluster: Cluster, driver: string): Promise<unknown> {
  const argv = ['sh', '-c', `cd /${HUB_FOLDER} && exec python3 ${driver}`];
  return JSON.parse(await runOn(cluster, 'login', argv, { timeoutMs: 150_000 }));
}

describe.skipIf(!canMakeCluster().ok)('JupyterHub with juhub-proxy in the place of configurable-http-proxy', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    await installProxy(cluster.root);
    const folder = path.join(cluster.root, HUB_FOLDER);
    await mkdir(folder, { recursive: true });
    for (const file of ['jupyterhub_config.py', 'person.py', 'drive.py', 'change_over.py']) {
      await cp(fileURLToPath(new URL(file, import.meta.url)), path.join(folder, file));
    }
    const beside = await readBlock('cd /srv/jupyterhub');
    // The driver needs the token, too: a person would export it in another shell.
    const commands = beside.replace('juhub-proxy --ip', 'echo "$CONFIGPROXY_AUTH_TOKEN"\nexec juhub-proxy --ip');
    await writeFile(path.join(folder, 'beside.sh'), commands);
    await writeFile(path.join(folder, 'copy-routes.mjs'), await readBlock('const headers = {'));
  });

  afterAll(() => downCluster(CLUSTER));

  test('starts it, signs in, spawns, opens the server, runs code, and finds it again after a restart', async () => {
    const seen = await drive(cluster, 'drive.py');
    expect(seen).toMatchObject({ opened: 200, said: '42\n', routes: ['/', '/user/alice/'], again: 200 });
    expect(seen).toHaveProperty('proxies', expect.stringContaining('juhub-proxy'));
  });

  test('a server lives through the way of the how-to: beside configurable-http-proxy, over to juhub-proxy, and back', async () => {
    const seen = await drive(cluster, 'change_over.py');
    expect(seen).toEqual({
      ...{ before: 200, copied: ['201 /', '201 /user/alice'], beside: 200, said: '42\n' },
      ...{ over: 200, back: 200 },
    });
  });
});
