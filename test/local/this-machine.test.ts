import { existsSync, readdirSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { WebClient } from '../harness/web-client.js';

const hasJupyter = ['jupyter-lab', 'jupyter-notebook'].some((program) => existsSync(`/usr/bin/${program}`));
const me = userInfo().username;
const FOLDERS = path.join(homedir(), '.juhub/servers');

describe.skipIf(!hasJupyter)('A site that is this machine itself', () => {
  let juhub: RunningJuhub;
  let client: WebClient;

  beforeAll(async () => {
    juhub = await startJuhub(undefined, { users: [me] });
    client = new WebClient(juhub.url);
    await client.signIn(me, juhub.passwords[me] ?? '');
  });

  afterAll(() => juhub?.stop());

  const foldersNow = () => (existsSync(FOLDERS) ? readdirSync(FOLDERS) : []);

  test('A real Jupyter starts as a process, answers through the proxy alone, and leaves nothing behind', async () => {
    const before = foldersNow();
    const started = await client.submit('/hub/start', '/hub/start', {
      name: 'local',
      site: 'here',
      template: 'jupyterlab',
      partition: 'login-node',
      minutes: '30',
    });
    expect(started.status).toBe(303);
    await client.waitForState('local', 'ready');

    const answer = await client.open(`/hub/gate?next=/user/${me}/local/api/status`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ kernels: 0 });
    const stranger = await fetch(`${juhub.url}/user/${me}/local/api/status`);
    expect(stranger.status).toBe(401);

    await client.submit('/hub/servers/local', '/hub/servers/local/stop', {});
    await client.waitForState('local', 'ended');
    expect(foldersNow()).toEqual(before);
    const gone = await client.fetch(`/user/${me}/local/api/status`, { headers: { accept: 'application/json' } });
    expect(gone.status).toBe(503);
  });
});
