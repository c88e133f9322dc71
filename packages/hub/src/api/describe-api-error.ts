import { ConnectorError } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';
import { RequestRefused } from '../spawn/steps/check-request.js';
import { describeError } from '../web/describe-error.js';
import type { ApiErrorBody } from './shapes/error-shape.js';

/** Says an error for programs and for the people behind them. Pure but for the reference of a fault of ours. */
export function describeApiError(error: unknown): { status: number; body: ApiErrorBody } {
  if (error instanceof RequestRefused) {
    const { code, message, problems } = error;
    return {
      status: 422,
      body: { error: { code, message, problems: problems.map(({ field, message }) => ({ field, message })) } },
    };
  }
  if (error instanceof ConnectorError || error instanceof SlurmError) {
    const message = `The site cannot be asked now, so nothing was started. ${error.message}`;
    return { status: 503, body: { error: { code: 'site-unreachable', message } } };
  }
  const { status, code, message, reference } = describeError(error);
  return { status, body: { error: { code, message, ...(reference === undefined ? {} : { reference }) } } };
}
