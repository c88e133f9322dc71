import { chmod, cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, runOn, upCluster } from '../cluster/cluster.js';

const CLUSTER = 'juhub-jupyterhub';
const COMMAND = fileURLToPath(new URL('../../packages/proxy/dist/command/run-command.js', import.meta.url));

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

describe.skipIf(!canMakeCluster().ok)('JupyterHub with juhub-proxy in the place of configurable-http-proxy', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await upCluster({ name: CLUSTER });
    await installProxy(cluster.root);
    await mkdir(path.join(cluster.root, 'srv/jupyterhub'), { recursive: true });
    const config = fileURLToPath(new URL('./jupyterhub_config.py', import.meta.url));
    await cp(config, path.join(cluster.root, 'srv/jupyterhub/jupyterhub_config.py'));
  });

  afterAll(() => downCluster(CLUSTER));

  test('starts it, signs in, spawns, opens the server, runs code, and finds it again after a restart', async () => {
    const driver = await readFile(new URL('./drive.py', import.meta.url), 'utf8');
    const argv = ['sh', '-c', 'cd /srv/jupyterhub && exec python3 -'];
    const seen: unknown = JSON.parse(await runOn(cluster, 'login', argv, { stdin: driver, timeoutMs: 150_000 }));
    expect(seen).toMatchObject({ opened: 200, said: '42\n', routes: ['/', '/user/alice/'], again: 200 });
    expect(seen).toHaveProperty('proxies', expect.stringContaining('juhub-proxy'));
  });
});
