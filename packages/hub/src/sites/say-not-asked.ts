import { ConnectorError } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';

/** What to tell somebody whose request needed an answer of the site; undefined for an error of another kind. */
export function sayNotAsked(error: unknown): string | undefined {
  return error instanceof ConnectorError || error instanceof SlurmError
    ? `The site cannot be asked now, so nothing was started. ${error.message}`
    : undefined;
}
