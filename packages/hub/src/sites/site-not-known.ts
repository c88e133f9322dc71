/** Nothing is known of a site, because it has never answered since the hub was started. */
export class SiteNotKnown extends Error {
  readonly code = 'site-unreachable';
  readonly transient = true;

  constructor(problem = 'It has not answered yet.') {
    super(problem);
    this.name = 'SiteNotKnown';
  }
}
