import type { NoticeRow } from '../../../db/notices.js';
import type { Say } from '../../../messages/say.js';
import { LEVELS, type NoticeInput, type NoticeProblem } from '../../../notices/check-notice.js';
import { findMaintenance } from '../../../notices/notices.js';
import { describeNotice, type NoticeView, titleOf } from '../../words/describe-notices.js';
import type { SiteTitles } from '../../words/describe-server.js';
import { type Moment, sayMoment, sayMomentOf } from '../../words/moment.js';
import { blankNotice } from './read-notice-form.js';

/** A notice for administrators: who made it, when, and who ended it. */
export interface AdminNotice extends NoticeView {
  readonly endPath: string;
  readonly siteTitle?: string | undefined;
  /** When it will be shown, where that is later than now. */
  readonly comes?: Moment | undefined;
  readonly madeBy: string;
  readonly madeAt: Moment;
  readonly endedBy?: string | undefined;
  readonly endedAt?: Moment | undefined;
}

interface Option {
  readonly value: string;
  readonly label: string;
  readonly isChosen: boolean;
}

/** A form for a notice, with what was typed and what is wrong with it. */
export interface NoticeForm extends Omit<NoticeInput, 'site' | 'level'> {
  readonly sites: readonly Option[];
  /** None for a maintenance. */
  readonly levels: readonly Option[];
  /** By field. */
  readonly problems: Readonly<Partial<Record<keyof NoticeInput, string>>>;
  readonly isOpen: boolean;
}

/** The page of the notices, ready to be drawn. */
export interface NoticesView {
  readonly maintenances: readonly AdminNotice[];
  readonly announcements: readonly AdminNotice[];
  readonly over: readonly AdminNotice[];
  readonly maintenanceForm: NoticeForm;
  readonly announcementForm: NoticeForm;
  readonly problems: readonly { readonly message: string; readonly anchor: string }[];
  readonly zone: string;
}

/** What the page is made of. */
export interface NoticesParts {
  readonly say: Say;
  readonly now: Date;
  readonly sites: SiteTitles;
  readonly open: readonly NoticeRow[];
  readonly over: readonly NoticeRow[];
  /** The site that the forms are filled in with. */
  readonly wantedSite?: string | undefined;
  /** What was sent and refused. */
  readonly refused?: { readonly input: NoticeInput; readonly problems: readonly NoticeProblem[] } | undefined;
}

/** Describes the page. Pure, but for the zone of the hub's clock. */
export function describeNoticesPage(parts: NoticesParts): NoticesView {
  const { say, open, over, refused } = parts;
  const describe = (row: NoticeRow) => describeForAdmin(row, parts);
  const kind = refused?.input.kind === 'maintenance' ? 'maintenance' : 'announcement';
  return {
    maintenances: open.filter((row) => row.kind === 'maintenance').map(describe),
    announcements: open.filter((row) => row.kind === 'announcement').map(describe),
    over: over.map(describe),
    maintenanceForm: describeForm('maintenance', parts),
    announcementForm: describeForm('announcement', parts),
    problems: (refused?.problems ?? []).map(({ field, code }) => ({
      message: say(`adminNotices.problem.${code}`),
      anchor: `${kind}-${field}`,
    })),
    zone: say('adminNotices.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone }),
  };
}

function describeForAdmin(row: NoticeRow, { say, sites, now }: NoticesParts): AdminNotice {
  return {
    ...describeNotice(row, sites, say),
    endPath: `/hub/admin/notices/${row.id}/end`,
    siteTitle: titleOf(row, sites),
    comes: row.shownFrom > now ? sayMoment(row.shownFrom) : undefined,
    madeBy: row.madeBy,
    madeAt: sayMoment(row.madeAt),
    endedBy: row.endedBy ?? undefined,
    endedAt: sayMomentOf(row.endedAt),
  };
}

function describeForm(kind: 'maintenance' | 'announcement', parts: NoticesParts): NoticeForm {
  const { say, sites, open, wantedSite = '', refused } = parts;
  const isMaintenance = kind === 'maintenance';
  const mine = refused?.input.kind === kind ? refused : undefined;
  const { site, level, ...input } = mine?.input ?? { ...blankNotice(kind), site: wantedSite };
  const isClosed = findMaintenance(open, wantedSite) !== undefined;
  const all = isMaintenance ? [] : [{ value: '', label: say('adminNotices.anySite'), isChosen: site === '' }];
  return {
    ...input,
    sites: [...all, ...[...sites].map(([value, { title }]) => ({ value, label: title, isChosen: value === site }))],
    levels: isMaintenance
      ? []
      : LEVELS.map((value) => ({ value, label: say(`adminNotices.level.${value}`), isChosen: value === level })),
    problems: Object.fromEntries(
      (mine?.problems ?? []).map(({ field, code }) => [field, say(`adminNotices.problem.${code}`)]),
    ),
    isOpen: mine !== undefined || (isMaintenance && sites.has(wantedSite) && !isClosed),
  };
}
