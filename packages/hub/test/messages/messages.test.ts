import { type MessageFormatElement, parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { describe, expect, test } from 'vitest';
import { catalogue, type MessageKey } from '../../src/messages/catalogue.js';
import { LANGUAGES } from '../../src/messages/language.js';
import { listMessages, sayIn } from '../../src/messages/say.js';
import { readSources } from './read-sources.js';

const keys = Object.keys(catalogue) as MessageKey[];

describe('The catalogue of messages', () => {
  test('has every message in every language, with the same values in it', () => {
    for (const key of keys) {
      const values = LANGUAGES.map((language) => [...new Set(listValues(parse(catalogue[key][language])))].toSorted());
      expect(values[1], key).toEqual(values[0]);
      expect(
        Object.values(catalogue[key]).every((text) => text.trim() !== ''),
        key,
      ).toBe(true);
    }
  });

  test('has every message that a page asks for', () => {
    const asked = readSources('.hbs').flatMap(({ text, file }) =>
      [...text.matchAll(/\{\{~?(?:#\w+ )?\(?say "([^"]+)"/g)].map(([, key]) => ({ file, key })),
    );
    expect(asked.filter(({ key }) => !keys.includes(key as MessageKey))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });

  test('gives the browser only messages that it can read: nothing of the format but names', () => {
    for (const text of LANGUAGES.flatMap((language) => Object.values(listMessages(language, 'browser.')))) {
      expect(text.replaceAll(/\{\w+\}/g, '')).not.toMatch(/[{}]/);
    }
  });

  test('says a message with its values in the language that is wanted', () => {
    expect(sayIn.en('browser.ago', { duration: '5 min' })).toBe('5 min ago');
    expect(sayIn.de('browser.ago', { duration: '5 min' })).toBe('vor 5 min');
    expect(sayIn.de.find('error.no-such-code')).toBeUndefined();
  });
});

function* listValues(elements: readonly MessageFormatElement[]): Generator<string> {
  for (const element of elements) {
    if (element.type !== TYPE.literal && element.type !== TYPE.pound && 'value' in element) {
      yield element.value;
    }
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options)) {
        yield* listValues(option.value);
      }
    }
  }
}
