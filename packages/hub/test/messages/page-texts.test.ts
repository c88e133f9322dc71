import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/messages/catalogue.js';
import { listTexts } from './list-texts.js';
import { listWords } from './list-words.js';
import { readSources } from './read-sources.js';

describe('The text of the pages', () => {
  test('comes from the catalogue: a view has none of its own, neither between its tags nor in their attributes', () => {
    const found = readSources('.hbs').flatMap((view) => listTexts(view).map((text) => ({ file: view.file, text })));
    expect(found).toEqual([]);
  });

  test('comes from the catalogue where code in the browser writes it, too', () => {
    const scripts = readSources('.js');
    expect(scripts.flatMap(listWords)).toEqual([]);
    const asked = scripts.flatMap(({ text }) =>
      [...text.matchAll(/\bsay(?:Words)?\('([^']+)'/g)].map(([, key]) => key),
    );
    expect(asked.filter((key) => !Object.hasOwn(catalogue, key ?? ''))).toEqual([]);
    expect(asked.length).toBeGreaterThan(0);
  });

  test('comes from the catalogue where code in the hub describes a page, too', () => {
    const sources = readSources('.ts').filter(({ file }) => file.startsWith('pages/'));
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(listWords)).toEqual([]);
  });

  test('would be found, whatever way a page came by it', () => {
    const view = `<p title="One title">Some text{{#if a}}<b>more</b>{{else}}{{> note label="Its label"}}{{/if}}</p>
      <input type="submit" value="Save it"><input value="use"><img alt={{describe "a picture"}}>{{#each list}}<i>{{say "gate.none"}} 5 min</i>{{/each}}`;
    const found = ['One title', 'Some text', 'more', 'Its label', 'Save it', 'a picture'];
    expect(listTexts({ file: 'a.hbs', text: view }).toSorted()).toEqual(found.toSorted());
    const code = `page.title = 'Title'; show({ label: 'Label', message: \`Moment\`, name: 'x', path: '/hub/start' });
      say(\`It took \${n} ms\`); say('two words'); say('gate.none'); describe(\`\${n} GiB\`, \`of \${n}\`, 'min');
      log.warn({ why }, 'nobody reads this'); list.querySelector('ul li a');`;
    const said = ['Title', 'Label', 'Moment', 'It took ', 'two words', 'of '];
    expect(listWords({ file: 'a.ts', text: code })).toEqual(said.map((words) => `a.ts: ${words}`));
  });

  test('is all in use: no message of the catalogue is asked for by nobody', () => {
    const texts = readSources('.ts', '.hbs', '.js').filter(({ file }) => !file.startsWith('messages/catalogue'));
    const all = texts.map(({ text }) => text).join('\n');
    const whole = new Set([...all.matchAll(/['"`]([a-zA-Z]+(?:\.[\w-]+)+)['"`]/g)].map(([, key]) => key));
    const made = [...all.matchAll(/`([a-zA-Z]+\.(?:[\w-]+\.)*)\$\{[^`]*?\}((?:\.[\w-]+)*)`/g)];
    const isMade = (key: string) =>
      made.some(([, start = '', end = '']) => key.startsWith(start) && key.endsWith(end) && key.length > start.length);
    expect(Object.keys(catalogue).filter((key) => !whole.has(key) && !isMade(key))).toEqual([]);
  });
});
