import { IntlMessageFormat } from 'intl-messageformat';
import { catalogue, findMessage, type MessageKey } from './catalogue.js';
import type { Language } from './language.js';

/** What fills the places of a message. */
export type MessageValues = Readonly<Record<string, string | number>>;

/** Says a message in one language; what describes something for a page is given one. */
export interface Say {
  (key: MessageKey, values?: MessageValues): string;
  readonly language: Language;
  /** The same for a key that is put together, such as one made of an error's code; undefined where there is no such message. */
  find(key: string, values?: MessageValues): string | undefined;
}

/** Says messages in each language. */
export const sayIn: Readonly<Record<Language, Say>> = {
  en: createSay('en'),
  de: createSay('de'),
};

/** The messages whose keys begin so, as they are written, for the code in the browser. */
export function listMessages(language: Language, prefix: string): Record<string, string> {
  const keys = Object.keys(catalogue).filter((key) => key.startsWith(prefix)) as MessageKey[];
  return Object.fromEntries(keys.map((key) => [key, catalogue[key][language]]));
}

/** Each message is read once, when it is first said. */
function createSay(language: Language): Say {
  const formats = new Map<string, IntlMessageFormat>();
  const find = (key: string, values: MessageValues = {}): string | undefined => {
    let format = formats.get(key);
    if (format === undefined) {
      const message = findMessage(key);
      if (message === undefined) {
        return undefined;
      }
      format = new IntlMessageFormat(message[language], language, undefined, { ignoreTag: true });
      formats.set(key, format);
    }
    return String(format.format({ ...values }));
  };
  const say = (key: MessageKey, values?: MessageValues) => find(key, values) ?? key;
  return Object.assign(say, { language, find });
}
