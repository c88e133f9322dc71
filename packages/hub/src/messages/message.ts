import type { Language } from './language.js';

/**
 * A message in every language, in ICU's message format (https://unicode-org.github.io/icu/userguide/format_parse/messages/):
 * `{name}` stands for a value, `{count, plural, one {# node} other {# nodes}}` for what depends on a number. Plain text:
 * no markup.
 */
export type Message = Readonly<Record<Language, string>>;

/** The messages of one page or room, by key; keys begin with the room's name. */
export type MessageRoom = Readonly<Record<string, Message>>;
