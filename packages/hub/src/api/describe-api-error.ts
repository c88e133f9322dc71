import { describeProblems } from '../pages/admin/templates/describe-problems.js';
import { sayNotAsked } from '../sites/say-not-asked.js';
import { RequestRefused } from '../spawn/steps/check-request.js';
import { TemplateRefused } from '../templates/template-errors.js';
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
  if (error instanceof TemplateRefused) {
    return { status: 422, body: { error: describeRefused(error) } };
  }
  const notAsked = sayNotAsked(error);
  if (notAsked !== undefined) {
    return { status: 503, body: { error: { code: 'site-unreachable', message: notAsked } } };
  }
  const { status, code, message, reference } = describeError(error);
  return { status, body: { error: { code, message, ...(reference === undefined ? {} : { reference }) } } };
}

/** Each mistake with its place in the text. */
function describeRefused({ code, message, problems }: TemplateRefused): ApiErrorBody['error'] {
  const [sentence = ''] = message.split('\n');
  const described = describeProblems(problems).map(({ place, message }, index) => {
    return { field: 'source', code: problems[index]?.code ?? code, message: `${place}: ${message}` };
  });
  return { code, message: sentence, problems: described };
}
