import { sayNotAsked } from '../sites/say-not-asked.js';
import { RequestRefused } from '../spawn/steps/check-request.js';
import { describeError } from '../web/describe-error.js';
import type { ApiErrorBody } from './shapes/error-shape.js';

/** Says an error for programs and for the people behind them. Pure but for the reference of a fault of ours. */
export function describeApiError(error: unknown): { status: number; body: ApiErrorBody } {
  if (error instanceof RequestRefused) {
    const { code, message, problems } = error;
    return {
      status: 422,
      body: {
        error: { code, message, problems: problems.map(({ field, code, message }) => ({ field, code, message })) },
      },
    };
  }
  const notAsked = sayNotAsked(error);
  if (notAsked !== undefined) {
    return { status: 503, body: { error: { code: 'site-unreachable', message: notAsked } } };
  }
  const { status, code, message, reference } = describeError(error);
  return { status, body: { error: { code, message, ...(reference === undefined ? {} : { reference }) } } };
}
