import type { NoticeRow } from '../../db/notices.js';
import type { Say } from '../../messages/say.js';
import type { Services } from '../../services.js';
import type { SiteTitles } from './describe-server.js';
import { type Moment, sayMomentOf } from './moment.js';

/** A notice as everybody reads it. */
export interface NoticeView {
  readonly level: NoticeRow['level'];
  readonly icon: 'info' | 'warning' | 'cross';
  /** What it is about: `Maintenance of Demo cluster`, or the site's name; nothing where it is about none. */
  readonly title?: string | undefined;
  readonly text: string;
  /** The language of the text where it is not the page's. */
  readonly language?: string | undefined;
  readonly until?: Moment | undefined;
}

const ICONS = { info: 'info', warning: 'warning', trouble: 'cross' } as const;

/** What administrators tell everybody now, for the head of a page. */
export async function describeNotices(
  { notices, sites }: Pick<Services, 'notices' | 'sites'>,
  say: Say,
): Promise<NoticeView[]> {
  return (await notices.listShown()).map((notice) => describeNotice(notice, sites, say));
}

/** The title of the site that a notice is about, if it is about one. */
export function titleOf({ site }: Pick<NoticeRow, 'site'>, sites: SiteTitles): string | undefined {
  return site === null ? undefined : (sites.get(site)?.title ?? site);
}

/** Describes one notice in the language of the reader, or in the one that there is. Pure. */
export function describeNotice(notice: NoticeRow, sites: SiteTitles, say: Say): NoticeView {
  const { kind, level, textEn, textDe, shownUntil } = notice;
  const texts = { en: textEn, de: textDe };
  const other = say.language === 'en' ? 'de' : 'en';
  const isOwn = texts[say.language] !== '';
  const siteTitle = titleOf(notice, sites);
  return {
    level,
    icon: ICONS[level],
    title:
      siteTitle !== undefined && kind === 'maintenance' ? say('notices.maintenance', { site: siteTitle }) : siteTitle,
    text: texts[isOwn ? say.language : other],
    language: isOwn ? undefined : other,
    until: sayMomentOf(shownUntil),
  };
}
