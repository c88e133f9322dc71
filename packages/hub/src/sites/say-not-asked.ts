import { ConnectorError } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';
import { SiteNotKnown } from './site-not-known.js';

/** What to tell somebody whose request needed an answer of the site; undefined for an error of another kind. */
export function sayNotAsked(error: unknown): string | undefined {
  return error instanceof ConnectorError || error instanceof SlurmError || error instanceof SiteNotKnown
    ? `The site cannot be asked now, so nothing was started. ${error.message}`
    : undefined;
}
