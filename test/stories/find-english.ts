import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { catalogue } from '../../packages/hub/src/messages/catalogue.js';

/** A message is known by this much of its text at least; what is shorter may be a name. */
const LEAST_LETTERS = 3;

/** What the sites and servers of these tests are called, in every language. */
const NAMES = new Set(['Login node', 'default', 'ended']);

/** What an English message looks like, whatever its values are. */
const english = Object.entries(catalogue).flatMap(([key, { en, de }]) => {
  const [own, other] = [describe(parse(en)), describe(parse(de))];
  const letters = lettersOf(parse(en));
  return own === other || letters < LEAST_LETTERS ? [] : [{ key, letters, pattern: new RegExp(`^${own}$`, 'su') }];
});
// The closest is named first.
english.sort((one, other) => other.letters - one.letters);
const german = Object.values(catalogue)
  .filter(({ de }) => lettersOf(parse(de)) >= LEAST_LETTERS)
  .map(({ de }) => new RegExp(`^${describe(parse(de))}$`, 'su'));

/** The texts of a German page that are English ones of the catalogue, with the key: shown, read out, or in the title. */
export async function findEnglish(page: Page): Promise<string[]> {
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  const texts = ((await page.evaluate(LIST_TEXTS)) as string[]).filter((text) => !NAMES.has(text));
  return texts.flatMap((text) => {
    const found = english.find(({ pattern }) => pattern.test(text));
    return found === undefined || german.some((pattern) => pattern.test(text)) ? [] : [`${found.key}: ${text}`];
  });
}

/** As an expression: all that is between tags, and what attributes say. */
const LIST_TEXTS = `(() => {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest('script, style, pre, code, textarea') === null) {
      texts.push(walker.currentNode.data);
    }
  }
  for (const name of ['title', 'alt', 'placeholder', 'label', 'aria-label', 'aria-description', 'aria-valuetext']) {
    for (const element of document.querySelectorAll('[' + name + ']')) texts.push(element.getAttribute(name));
  }
  return texts.map((text) => text.trim().replaceAll(/\\s+/g, ' ')).filter((text) => text !== '');
})()`;

function describe(elements: readonly MessageFormatElement[]): string {
  return elements
    .map((element) => {
      switch (element.type) {
        case TYPE.literal:
          return quote(element.value);
        case TYPE.plural:
        case TYPE.select:
          return `(?:${Object.values(element.options)
            .map(({ value }) => describe(value))
            .join('|')})`;
        default:
          return '.+?';
      }
    })
    .join('');
}

/** How much of it is there whatever the values are. */
function lettersOf(elements: readonly MessageFormatElement[]): number {
  return elements.reduce((sum, element) => sum + lettersOfOne(element), 0);
}

function lettersOfOne(element: MessageFormatElement): number {
  switch (element.type) {
    case TYPE.literal:
      return element.value.match(/\p{L}/gu)?.length ?? 0;
    case TYPE.plural:
    case TYPE.select:
      return Math.min(...Object.values(element.options).map(({ value }) => lettersOf(value)));
    default:
      return 0;
  }
}

function quote(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\s+/g, '\\s+');
}
