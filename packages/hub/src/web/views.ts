import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import Handlebars, { type HelperOptions, type TemplateDelegate } from 'handlebars';
import type { MessageKey } from '../messages/catalogue.js';
import type { Say } from '../messages/say.js';
import type { Assets } from './assets.js';

/** Turns the data of a page into HTML; everything that comes from the data is escaped. */
export interface Views {
  /** @param name the name of the view's file, without `.hbs` */
  render(name: string, data: object): string;
}

const sources = resolve(import.meta.dirname, '../../src');

/**
 * Reads all views, the shell's own (`web/views/`) and those of the pages, from the sources. Each can use any other as
 * a partial by the name of its file (`{{> server-card}}`), `{{asset "home/home.css"}}` for the path of a file, and
 * `{{say "home.title" count=3}}` for a message in the language of the page (its data must hold `say`).
 *
 * @throws TypeError when two views have the same name
 */
export function createViews(assets: Assets): Views {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('asset', (name: string) => assets.path(name));
  handlebars.registerHelper('say', sayInPage);
  const views = new Map<string, TemplateDelegate>();
  for (const file of [...listViews('web/views'), ...listViews('pages')]) {
    const name = basename(file, '.hbs');
    if (views.has(name)) {
      throw new TypeError(`Two views are called ${name}; one of them is ${file}.`);
    }
    const source = readFileSync(file, 'utf8');
    handlebars.registerPartial(name, source);
    // A partial is put in as it is: in what is shown letter by letter, its place in the view must not count.
    views.set(name, handlebars.compile(source, { preventIndent: true }));
  }
  return {
    render(name, data) {
      const view = views.get(name);
      if (view === undefined) {
        throw new TypeError(`There is no view called ${name}.`);
      }
      return view(data);
    },
  };
}

/** Parameters become values of the message; those that are missing are left out, so that the message shows which. */
function sayInPage(key: MessageKey, options: HelperOptions): string {
  const say: Say = options.data.root.say;
  return say(key, options.hash);
}

function listViews(folder: string): string[] {
  const names = readdirSync(join(sources, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.hbs')).map((name) => join(sources, folder, name));
}
