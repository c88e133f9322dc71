import type { MessageKey } from '../messages/catalogue.js';
import { type MessageValues, type Say, sayIn } from '../messages/say.js';

/** Something is wrong with a request; the message says to the person what. */
export class WebError extends Error {
  readonly transient = false;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'WebError';
  }
}

/** One whose words are in the catalogue: a page says it in the language of its reader, programs and the log have it in English. */
export class SaidError extends WebError {
  constructor(
    status: number,
    code: string,
    readonly key: MessageKey,
    readonly values?: MessageValues,
  ) {
    super(status, code, sayIn.en(key, values));
    this.name = 'SaidError';
  }

  /** The message in the language of whoever reads it. */
  sayIn(say: Say): string {
    return say(this.key, this.values);
  }
}
