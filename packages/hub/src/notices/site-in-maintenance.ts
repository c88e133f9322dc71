import type { NoticeRow } from '../db/notices.js';

/** Nothing was started: the site is under maintenance. */
export class SiteInMaintenance extends Error {
  readonly code = 'site-in-maintenance';
  readonly transient = true;

  constructor(
    readonly site: { readonly title: string },
    readonly notice: NoticeRow,
  ) {
    const until = notice.shownUntil === null ? '' : ` until ${notice.shownUntil.toISOString()}`;
    const text = notice.textEn === '' ? notice.textDe : notice.textEn;
    super(`${site.title} is under maintenance${until}, so nothing was started. ${text}`.trim());
    this.name = 'SiteInMaintenance';
  }
}
