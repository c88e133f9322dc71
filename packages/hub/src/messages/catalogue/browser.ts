import type { MessageRoom } from '../message.js';

/** What the code in the browser says; every page carries these. Of ICU's format only `{name}` is understood there. */
export const browserMessages = {
  'browser.justNow': { en: 'just now', de: 'gerade eben' },
  'browser.ago': { en: '{duration} ago', de: 'vor {duration}' },
} as const satisfies MessageRoom;
