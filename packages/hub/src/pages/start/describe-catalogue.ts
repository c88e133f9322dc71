import type { Say } from '../../messages/say.js';
import type { Catalogue } from '../../sites/node-type.js';
import { type Moment, sayMoment } from '../words/moment.js';
import { sayAge } from '../words/say-duration.js';

/** How far the figures of a site can be trusted. */
export interface CatalogueNote {
  /** When the site said it; undefined: it never has. */
  readonly asOf?: Moment | undefined;
  /** `12 s ago` */
  readonly age?: string | undefined;
  /** Why the site cannot be asked now, in words. */
  readonly problem?: string | undefined;
}

/** Says how old what is shown of a site is, and why it is not newer. Pure. */
export function describeCatalogue({ askedAt, problem }: Catalogue, now: Date, say: Say): CatalogueNote {
  if (askedAt === undefined) {
    return { problem: problem ?? say('start.loadAgain') };
  }
  return {
    asOf: sayMoment(askedAt),
    age: sayAge((now.getTime() - askedAt.getTime()) / 1000, say),
    problem,
  };
}
