import type { NewNotice } from '../db/notices.js';

/** A notice as it came, all of it text; nothing in it is trusted. */
export interface NoticeInput {
  readonly kind: string;
  readonly level: string;
  /** Empty: about no site. */
  readonly site: string;
  readonly textEn: string;
  readonly textDe: string;
  /** ISO 8601; without an offset it is a time of the hub's own zone. Empty: from now, or until somebody ends it. */
  readonly from: string;
  readonly until: string;
}

/** A notice that passed every check. */
export type CheckedNotice = Omit<NewNotice, 'id' | 'madeBy' | 'madeAt' | 'shownFrom'> & {
  /** Undefined: from now on. */
  readonly shownFrom?: Date;
};

/** One thing that is wrong with a notice; `adminNotices.problem.…` in the catalogue of messages says it. */
export interface NoticeProblem {
  readonly field: keyof NoticeInput;
  readonly code: 'no-text' | 'too-long' | 'site-needed' | 'no-such-site' | 'bad-time' | 'too-early' | 'bad-choice';
}

/** How grave an announcement is. */
export const LEVELS = ['info', 'warning', 'trouble'] as const;

/** Characters of a text. */
const LONGEST_TEXT = 1000;

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** Checks a notice; every problem is told at once. Pure. */
export function checkNotice(
  input: NoticeInput,
  sites: { has(name: string): boolean },
  now: Date,
): { notice: CheckedNotice } | { problems: readonly NoticeProblem[] } {
  const kind = input.kind === 'maintenance' || input.kind === 'announcement' ? input.kind : undefined;
  const level = LEVELS.find((one) => one === (kind === 'maintenance' ? 'warning' : input.level));
  const [textEn, textDe] = [tidy(input.textEn), tidy(input.textDe)];
  const from = readTime(input.from);
  const until = readTime(input.until);
  const problems: NoticeProblem[] = [
    ...findTextProblems(textEn, textDe),
    ...findSiteProblems(input, sites),
    ...findTimeProblems({ from, until }, now),
  ];
  if (kind === undefined || level === undefined) {
    problems.push({ field: kind === undefined ? 'kind' : 'level', code: 'bad-choice' });
  } else if (problems.length === 0 && from !== 'bad' && until !== 'bad') {
    const site = input.site === '' ? null : input.site;
    const begin = from === undefined ? {} : { shownFrom: from };
    return { notice: { kind, level, site, textEn, textDe, shownUntil: until ?? null, ...begin } };
  }
  return { problems };
}

/** Lines may be broken; the other control characters are dropped. */
function tidy(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, '')
    .trim();
}

function findTextProblems(textEn: string, textDe: string): NoticeProblem[] {
  if (textEn === '' && textDe === '') {
    return [{ field: 'textEn', code: 'no-text' }];
  }
  const texts = { textEn, textDe };
  const long = (['textEn', 'textDe'] as const).filter((field) => texts[field].length > LONGEST_TEXT);
  return long.map((field) => ({ field, code: 'too-long' }));
}

function findSiteProblems({ kind, site }: NoticeInput, sites: { has(name: string): boolean }): NoticeProblem[] {
  if (site === '') {
    return kind === 'maintenance' ? [{ field: 'site', code: 'site-needed' }] : [];
  }
  return sites.has(site) ? [] : [{ field: 'site', code: 'no-such-site' }];
}

type ReadTime = Date | undefined | 'bad';

function readTime(text: string): ReadTime {
  if (text === '') {
    return undefined;
  }
  const time = TIME.test(text) ? new Date(text) : new Date(Number.NaN);
  return Number.isNaN(time.getTime()) ? 'bad' : time;
}

function findTimeProblems({ from, until }: { from: ReadTime; until: ReadTime }, now: Date): NoticeProblem[] {
  const times = { from, until };
  const bad = (['from', 'until'] as const).filter((field) => times[field] === 'bad');
  const start = from instanceof Date && from > now ? from : now;
  const isEarly = until instanceof Date && until <= start;
  return [
    ...bad.map((field) => ({ field, code: 'bad-time' }) as const),
    ...(isEarly ? [{ field: 'until', code: 'too-early' } as const] : []),
  ];
}
