import { ConnectorError } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';
import { SiteNotKnown } from './site-not-known.js';

/** Why a site could not be asked, in English; undefined for an error of another kind. */
export function findNotAsked(error: unknown): string | undefined {
  return error instanceof ConnectorError || error instanceof SlurmError || error instanceof SiteNotKnown
    ? error.message
    : undefined;
}

/** What to tell somebody whose request needed an answer of the site; undefined for an error of another kind. */
export function sayNotAsked(error: unknown): string | undefined {
  const why = findNotAsked(error);
  return why === undefined ? undefined : `The site cannot be asked now, so nothing was started. ${why}`;
}
