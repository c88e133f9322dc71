/**
 * Takes the pictures that README and docs show, of the real thing: juhub on the real cluster, in a real browser.
 *
 *     npm run screenshots
 */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { downCluster, upCluster } from './cluster/cluster.js';
import { type RunningJuhub, startJuhub } from './harness/start-juhub.js';
import { launchBrowser, openWindow } from './stories/browser.js';
import { Lab } from './stories/lab.js';
import { signIn, startServer } from './stories/person.js';

const FOLDER = path.resolve(import.meta.dirname, '../docs/images');
const CLUSTER = 'juhub-pictures';
const PERSON = 'alice';

const CODE = `import os, socket
import ipywidgets
print(socket.gethostname(), os.environ["CUDA_VISIBLE_DEVICES"])
ipywidgets.IntSlider(value=42, description="level")`;

async function takeAll(page: Page, juhub: RunningJuhub): Promise<void> {
  const shoot = (name: string) => page.screenshot({ path: path.join(FOLDER, `${name}.png`) });
  await signIn(page, juhub.url, PERSON, juhub.passwords[PERSON] ?? '');
  await page.goto(`${juhub.url}/hub/start?partition=gpus&gpus=2&minutes=30`);
  await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
  await page.screenshot({ path: path.join(FOLDER, 'form.png'), fullPage: true });

  await startServer(page, { nodeType: 'gpus', gpus: 2, minutes: 30 });
  await page.locator('[data-progress]').waitFor();
  await shoot('progress');
  await page.waitForURL('**/lab**', { timeout: 60_000 });
  const lab = new Lab(page);
  await lab.openNotebook();
  await lab.run(CODE);
  await page.locator('.noUi-handle').waitFor();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await shoot('notebook');

  await page.goto(`${juhub.url}/hub/home`);
  await page.getByRole('link', { name: /^Open/ }).waitFor();
  await shoot('home');
}

const cluster = await upCluster({ name: CLUSTER });
const browser = await launchBrowser();
let juhub: RunningJuhub | undefined;
try {
  juhub = await startJuhub(cluster, { users: [PERSON] });
  const { context } = await openWindow(browser);
  await takeAll(await context.newPage(), juhub);
} finally {
  await browser.close();
  await juhub?.stop();
  await downCluster(CLUSTER);
}
