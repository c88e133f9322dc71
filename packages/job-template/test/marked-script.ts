import { visitNodes } from '../src/body-node.js';
import { type JobTemplate, quoteShell, type RenderContext, renderScript } from '../src/index.js';

/** A script, and the same with a mark in the place of every value. */
export interface MarkedScript {
  readonly script: string;
  readonly marked: string;
  /** Puts the values in the places of their marks, as they are or as one word of the shell each. */
  readonly fill: (text: string, form?: 'quoted') => string;
}

const MARK = /M4rk-[a-zA-Z_.]+-M4rk|(?<!\d)73\d{7}(?!\d)/g;
const ID = '0123456789abcdef';

/** The texts that the hub itself passes, in the place of the usual ones. */
export type ContextNames = Readonly<Record<'user' | 'server' | 'site' | 'path' | 'host', string>>;

/** What the hub passes to a template, with texts of a test as names. */
export function makeFullContext(names: ContextNames, choices: RenderContext['choices']): RenderContext {
  return {
    server: { id: ID, name: names.server, basePath: names.path, dir: `.juhub/servers/${ID}` },
    job: { name: `juhub-${ID}`, scheduled: true },
    user: { name: names.user },
    site: { name: names.site },
    listen: { bind: '0.0.0.0', host: names.host },
    choices,
  };
}

/** Renders a script twice. What a condition compares has no mark, because its branch would be another. */
export function markScript(template: JobTemplate, context: RenderContext): MarkedScript {
  const marks = new Map<string, string | number>();
  const mark = <T>(path: string, value: T): T | string | number => {
    const isText = typeof value === 'string' && value !== '';
    if (!isText && (typeof value !== 'number' || value === 0)) {
      return value;
    }
    const made = isText ? `M4rk-${path}-M4rk` : 730_000_000 + marks.size;
    marks.set(String(made), value);
    return made;
  };
  const compared = listCompared(template);
  const choices = Object.entries(context.choices).map(([name, value]) => [
    name,
    compared.has(`choices.${name}`) ? value : mark(`choices.${name}`, value),
  ]);
  const names = {
    user: String(mark('user.name', context.user.name)),
    server: String(mark('server.name', context.server.name)),
    site: String(mark('site.name', context.site.name)),
    path: String(mark('server.basePath', context.server.basePath)),
    host: String(mark('listen.host', context.listen.host)),
  };
  return {
    script: renderScript(template, context),
    marked: renderScript(template, makeFullContext(names, Object.fromEntries(choices))),
    fill: (text, form) =>
      text
        .replaceAll(/'(M4rk-[a-zA-Z_.]+-M4rk)'/g, (all, found) => (form ? quoteShell(marks.get(found) ?? all) : all))
        .replaceAll(MARK, (found) => String(marks.get(found) ?? found)),
  };
}

function listCompared(template: JobTemplate): ReadonlySet<string> {
  const compared = new Set<string>();
  visitNodes(template.body, (node) => {
    if (node.kind === 'when' && node.equals !== undefined) {
      compared.add(node.path);
    }
  });
  return compared;
}
