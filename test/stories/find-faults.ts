import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core has against a page that is open, in words; nothing for a good one. */
export async function findFaults(page: Page): Promise<string[]> {
  // By the debugger, because the page's own policy lets no foreign script in.
  const debug = await page.context().newCDPSession(page);
  await debug.send('Runtime.evaluate', { expression: axe });
  return await page.evaluate(
    'axe.run().then((found) => found.violations.map((fault) => fault.id + ": " + fault.nodes.map((node) => node.html).join(" ")))',
  );
}
