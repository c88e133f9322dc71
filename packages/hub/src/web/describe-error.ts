import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { DatabaseTrouble } from '../db/errors.js';
import { type MessageValues, type Say, sayIn } from '../messages/say.js';
import { SaidError } from './web-error.js';

/** An error as a page or an answer in JSON shows it. */
export interface ErrorView {
  status: number;
  code: string;
  /** The heading of its page. */
  title: string;
  message: string;
  /** Where the error is a fault of ours or of our machine: what the log calls it. */
  reference?: string;
}

/** The statuses of errors that the rooms below throw for people to see, by their code. */
const statuses: Readonly<Record<string, number>> = {
  'request-refused': 422,
  'server-name-taken': 409,
  'template-changed': 409,
  'template-refused': 422,
  'unknown-template': 404,
  'too-many-attempts': 429,
  'too-many-checks': 429,
  'too-busy': 503,
  'server-not-running': 503,
  'site-in-maintenance': 503,
  'way-not-open': 503,
  'database-full': 503,
  'database-busy': 503,
  'database-away': 503,
};

/**
 * Says an error in words for the person. Only errors that were made to be seen are shown as they are; of others there
 * is a reference, under which the log has them. Pure but for the reference.
 *
 * @param say in the language of the reader; what comes from the rooms below is in English where the catalogue has no message for it
 */
export function describeError(error: unknown, say: Say = sayIn.en): ErrorView {
  const { status, code, expose, message, values } = readError(error, say);
  const known = code === undefined ? undefined : statuses[code];
  if (known !== undefined && code !== undefined) {
    const said = values === undefined ? undefined : say.find(`error.code.${code}`, values);
    const view = { status: known, code, title: sayTitle(known, say), message: said ?? message };
    return error instanceof DatabaseTrouble ? { ...view, reference: makeReference() } : view;
  }
  if (status === undefined || status < 400 || status >= 500) {
    return { ...describeStatus(500, say), reference: makeReference() };
  }
  // http-errors (Koa's own, with `expose`) speak to programmers; ours speak to people.
  return code === undefined || expose !== undefined
    ? describeStatus(status, say)
    : { status, code, title: sayTitle(status, say), message };
}

/** Under which the log has what is not shown. */
function makeReference(): string {
  return randomBytes(4).toString('hex');
}

/** Says a bare status in words. Pure. */
export function describeStatus(status: number, say: Say): ErrorView {
  const name = STATUS_CODES[status];
  const title = sayTitle(status, say);
  const code = (name ?? 'not-possible').toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return { status, code, title, message: say.find(`error.${status}`) ?? `${name ?? title}.` };
}

function sayTitle(status: number, say: Say): string {
  return say.find(`error.title.${status}`) ?? say('error.title');
}

/** What an error may have beside its message. */
interface ReadError {
  readonly status?: number;
  readonly code?: string;
  readonly expose?: boolean;
  /** What its message in the catalogue, `error.code.<code>`, is made of. */
  readonly values?: MessageValues;
  readonly message: string;
}

function readError(error: unknown, say: Say): ReadError {
  if (error instanceof SaidError) {
    return { status: error.status, code: error.code, message: error.sayIn(say) };
  }
  return error instanceof Error ? error : { message: String(error) };
}
