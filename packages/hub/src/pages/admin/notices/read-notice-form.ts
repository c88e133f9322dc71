import type { NoticeInput } from '../../../notices/check-notice.js';
import type { HubContext } from '../../../web/hub-context.js';
import { readField } from '../../../web/read-field.js';

/** An empty form of each kind. */
export function blankNotice(kind: string): NoticeInput {
  return { kind, level: 'info', site: '', textEn: '', textDe: '', from: '', until: '' };
}

/** A notice as the form sent it. */
export function readNoticeForm(ctx: HubContext): NoticeInput {
  const names = Object.keys(blankNotice('')) as (keyof NoticeInput)[];
  return Object.fromEntries(names.map((name) => [name, readField(ctx, name)])) as unknown as NoticeInput;
}
