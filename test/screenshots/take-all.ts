/**
 * Takes the pictures that README and docs show, of the real thing: juhub on the real cluster, in a real browser.
 * Each page wide and light, and as a phone in the dark sees it (`-phone.png`).
 *
 *     npm run screenshots
 */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { downCluster, upCluster } from '../cluster/cluster.js';
import { type RunningJuhub, startJuhub } from '../harness/start-juhub.js';
import { launchBrowser } from '../stories/browser.js';
import { Lab } from '../stories/lab.js';
import { signIn, startServer, waitUntilEnded } from '../stories/person.js';
import { Camera } from './camera.js';

const FOLDER = path.resolve(import.meta.dirname, '../../docs/images');
const CLUSTER = 'juhub-pictures';
const CHOICE = '/hub/start?partition=gpus&gpus=2&minutes=30';

const CODE = `import os, socket
import ipywidgets
print(socket.gethostname(), os.environ["CUDA_VISIBLE_DEVICES"])
ipywidgets.IntSlider(value=42, description="level")`;

/** Alice works: a server that runs, one that waits because the GPUs are taken, one that has ended. */
async function takeUser(page: Page, camera: Camera): Promise<void> {
  await camera.take('form', CHOICE, '.expected-headline');

  await startServer(page, { nodeType: 'gpus', gpus: 2, minutes: 30 });
  await page.locator('[data-progress]').waitFor();
  await camera.takeNow('progress');
  await page.waitForURL('**/lab**', { timeout: 60_000 });
  const lab = new Lab(page);
  await lab.openNotebook();
  await lab.run(CODE);
  await page.locator('.noUi-handle').waitFor();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await camera.takeNow('notebook');

  await page.goto(camera.address('/hub/home'));
  await startServer(page, { nodeType: 'gpus', gpus: 4, minutes: 30, name: 'four-gpus' });
  await page.getByText('Resources', { exact: false }).first().waitFor();
  await camera.take('waiting', '/hub/servers/four-gpus');
  await page.goto(camera.address('/hub/home'));
  await startServer(page, { nodeType: 'batch', minutes: 30, name: 'short-look' });
  await page.waitForURL('**/lab**', { timeout: 60_000 });
  await page.goto(camera.address('/hub/servers/short-look'));
  await page.getByRole('button', { name: /^Stop/ }).first().click();
  await waitUntilEnded(page);

  await camera.take('home', '/hub/home');
  await camera.take('running', '/hub/servers/default');
  await camera.take('log', '/hub/servers/default/log');
  await camera.take('ended', '/hub/servers/short-look');
  await camera.take('tokens', '/hub/tokens');
}

async function takeAdmin(camera: Camera): Promise<void> {
  await camera.take('admin-servers', '/hub/admin/servers');
  await camera.take('admin-sites', '/hub/admin/sites');
  await camera.take('admin-templates', '/hub/admin/templates');
  await camera.take('workbench', '/hub/admin/templates/jupyterlab');
  await camera.take('notices', '/hub/admin/notices');
}

async function enter(browser: Browser, juhub: RunningJuhub, name: string) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const camera = new Camera(page, juhub.url, FOLDER);
  return { page, camera, signIn: () => signIn(page, juhub.url, name, juhub.passwords[name] ?? '') };
}

const cluster = await upCluster({ name: CLUSTER });
const browser = await launchBrowser();
let juhub: RunningJuhub | undefined;
try {
  juhub = await startJuhub(cluster, { users: ['alice', 'bob'], admins: ['bob'] });
  const alice = await enter(browser, juhub, 'alice');
  await alice.camera.take('sign-in', '/hub/sign-in');
  await alice.signIn();
  await takeUser(alice.page, alice.camera);
  const bob = await enter(browser, juhub, 'bob');
  await bob.signIn();
  await takeAdmin(bob.camera);
  await bob.camera.take('no-way', '/hub/gate?next=/user/alice/default/');
  await alice.page.goto(alice.camera.address('/hub/start'));
  await alice.page.getByRole('button', { name: 'Deutsch' }).click();
  await alice.camera.take('form-german', CHOICE, '.expected-headline');
} finally {
  await browser.close();
  await juhub?.stop();
  await downCluster(CLUSTER);
}
