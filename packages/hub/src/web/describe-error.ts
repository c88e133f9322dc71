import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';

/** An error as a page or an answer in JSON shows it. */
export interface ErrorView {
  status: number;
  code: string;
  /** The heading of its page. */
  title: string;
  message: string;
  /** Where the error is a fault of ours: what the log calls it. */
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
  'too-busy': 503,
  'server-not-running': 503,
  'way-not-open': 503,
};

const titles: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  429: 'Too many attempts',
  500: 'Something went wrong',
  503: 'Not now',
};

/** What people read where the error's own words are not for them. */
const words: Readonly<Record<number, string>> = {
  400: 'The request could not be understood.',
  404: 'There is no such page. It may have moved, or the address has a slip of the pen.',
  405: 'This page does not take such a request.',
  413: 'What was sent is too large.',
  415: 'What was sent has a form that is not understood here.',
  500: 'This is a fault of the hub, not yours. Please try again; if it happens again, tell your administrators the reference below.',
};

/**
 * Says an error in words for the person. Only errors that were made to be seen are shown as they are; of others there
 * is a reference, under which the log has them. Pure but for the reference.
 */
export function describeError(error: unknown): ErrorView {
  const { status, code, expose, message } = readError(error);
  const known = code === undefined ? undefined : statuses[code];
  if (known !== undefined && code !== undefined) {
    return { status: known, code, title: sayTitle(known), message };
  }
  if (status === undefined || status < 400 || status >= 500) {
    return { ...describeStatus(500), reference: randomBytes(4).toString('hex') };
  }
  // http-errors (Koa's own, with `expose`) speak to programmers; ours speak to people.
  return code === undefined || expose !== undefined
    ? describeStatus(status)
    : { status, code, title: sayTitle(status), message };
}

/** Says a bare status in words. Pure. */
export function describeStatus(status: number): ErrorView {
  const name = STATUS_CODES[status] ?? 'Not possible';
  const code = name.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return { status, code, title: sayTitle(status), message: words[status] ?? `${name}.` };
}

function sayTitle(status: number): string {
  return titles[status] ?? 'Not possible';
}

function readError(error: unknown): { status?: number; code?: string; expose?: boolean; message: string } {
  return error instanceof Error ? error : { message: String(error) };
}
