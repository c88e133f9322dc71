import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { writeJunit } from '../../src/smoke/write-junit.js';
import { failedCase, passedCase, report, skippedCase } from './report-examples.js';

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** Reads XML as strictly as XML 1.0 wants it; every element in its order. */
function readXml(xml: string): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) {
      element.text += text;
    }
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return elements;
}

const named = (elements: Element[], name: string) => elements.filter((element) => element.name === name);

describe('the JUnit file', () => {
  it('has a suite for each server and a test case for each step, with times and what failed', async () => {
    const xml = writeJunit(report([passedCase('lab on batch'), failedCase('lab on gpus')]));
    await expect(xml).toMatchFileSnapshot(new URL('junit.golden.xml', import.meta.url).pathname);
    expect(named(readXml(xml), 'testsuite').map(({ attributes }) => attributes.name)).toEqual([
      'hub and site',
      'lab on batch',
      'lab on gpus',
    ]);
  });

  it('counts in each suite what is there', () => {
    const elements = readXml(writeJunit(report([passedCase('a'), failedCase('b'), skippedCase('c')])));
    const sum = (key: string) =>
      named(elements, 'testsuite').reduce((all, { attributes }) => all + Number(attributes[key]), 0);
    expect(sum('tests')).toBe(named(elements, 'testcase').length);
    expect(sum('failures')).toBe(named(elements, 'failure').length);
    expect(sum('skipped')).toBe(named(elements, 'skipped').length);
  });

  it('stays well-formed, and of the same elements, whatever a hub, a kernel or a log says', () => {
    const shape = (xml: string) => readXml(xml).map(({ name }) => name);
    const expected = shape(writeJunit(report([failedCase('x', 'y')])));
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('<', ']]>', '"', "'", '&', '\0', '\u{1b}[2J', '\uFFFE', '\uD800', '\n', '--'),
      }),
    );
    fc.assert(
      fc.property(hostile, hostile, (title, words) => {
        expect(shape(writeJunit(report([failedCase(title, words)])))).toEqual(expected);
      }),
    );
  });

  it('keeps the words themselves', () => {
    const words = 'exit <1> & "no" \'such\' file\n\tat line 2 ]]>';
    const elements = readXml(writeJunit(report([failedCase('lab <gpu> & "co"', words)])));
    const failure = named(elements, 'failure')[0];
    expect(failure?.attributes.message).toBe(words);
    expect(failure?.text).toBe(`${words}\n\nThe end of its log:\n${words}`);
    expect(named(elements, 'testsuite').at(-1)?.attributes.name).toBe('lab <gpu> & "co"');
  });
});
