import type { TemplateUseRow } from '../../../db/template-uses.js';
import type { TemplateVersionRow } from '../../../db/template-versions.js';
import type { Say } from '../../../messages/say.js';
import { type Moment, sayMoment } from '../../words/moment.js';
import { versionPathOf } from './template-paths.js';

/** A line of a template's history, as a page shows it. */
export interface HistoryLine {
  readonly at: Moment;
  readonly what: string;
  /** Who did it, and what with. */
  readonly who: string;
  readonly note: string;
  readonly version: string;
  readonly versionPath: string;
  readonly isInUse: boolean;
}

/** Describes a template's history, the newest line first, with the versions that were never in use behind. Pure. */
export function describeHistory(
  uses: readonly TemplateUseRow[],
  versions: readonly TemplateVersionRow[],
  say: Say,
): HistoryLine[] {
  const used = new Set(uses.map(({ version }) => version));
  const lines = uses.map((use, index) => ({
    at: sayMoment(use.usedAt),
    what: say(`adminTemplates.${use.kind}`),
    who: sayWho(use, say),
    note: use.note,
    version: use.version,
    versionPath: versionPathOf(use.name, use.version),
    isInUse: index === 0 && use.kind !== 'gone',
  }));
  const others = versions.filter(({ version }) => !used.has(version));
  const never = others.map((row) => ({
    at: sayMoment(row.savedAt),
    what: say('adminTemplates.neverUsed'),
    who: sayOrigin(row, say),
    note: '',
    version: row.version,
    versionPath: versionPathOf(row.name, row.version),
    isInUse: false,
  }));
  return [...lines, ...never];
}

/** Who is behind a line of the history. */
export function sayWho({ usedBy, kind }: Pick<TemplateUseRow, 'usedBy' | 'kind'>, say: Say): string {
  return usedBy ?? (kind === 'chosen' ? say('adminTemplates.commandLine') : say('adminTemplates.disk'));
}

/** Where a version was first seen. */
export function sayOrigin({ origin, savedBy }: Pick<TemplateVersionRow, 'origin' | 'savedBy'>, say: Say): string {
  return origin === 'disk' ? say('adminTemplates.disk') : (savedBy ?? say('adminTemplates.commandLine'));
}
