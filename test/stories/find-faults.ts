import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { findEnglish } from './find-english.js';

const PHONE = { width: 390, height: 800 };

/** German is the longer language, and contrast is harder in the dark. */
const LOOKS = [
  ['light', 'en'],
  ['dark', 'de'],
] as const;

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A button fades from one colour to the next: on the way it is neither, and its contrast is nobody's choice. */
const COLOURS_STAND =
  'Promise.allSettled(document.getAnimations()' +
  '.filter((move) => move.effect.getComputedTiming().endTime !== Infinity).map((move) => move.finished))';

/** What axe-core has against a page that is open, in words, once its colours stand still; nothing for a good one. */
export async function findFaults(page: Page): Promise<string[]> {
  await page.evaluate(`${COLOURS_STAND}.then(() => undefined)`);
  // By the debugger, because the page's own policy lets no foreign script in.
  const debug = await page.context().newCDPSession(page);
  await debug.send('Runtime.evaluate', { expression: axe });
  return await page.evaluate(
    'axe.run().then((found) => found.violations.map((fault) => fault.id + ": " + fault.nodes.map((node) => node.html).join(" ")))',
  );
}

/**
 * Opens a page as a phone shows it, in English and light, in German and dark.
 *
 * @returns what axe-core has against it, what is wider than the phone, and what is English in German
 */
export async function findFaultsOnPhone(context: BrowserContext, address: string): Promise<string[]> {
  const page = await context.newPage();
  await page.setViewportSize(PHONE);
  const found: string[] = [];
  for (const [colorScheme, language] of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setExtraHTTPHeaders({ 'accept-language': language });
    await page.goto(address);
    found.push(...(await findFaults(page)));
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    found.push(...(width > PHONE.width ? [`${colorScheme}: ${width} pixels wide`] : []));
    found.push(...(language === 'de' ? await findEnglish(page) : []));
  }
  await page.close();
  return found;
}
