import type { NoticeRow } from '../../db/notices.js';
import type { NoticeBody } from '../shapes/notice-shape.js';
import { writeMoment, writeMomentOf } from './write-moment.js';

/** Describes a notice for an administrator. Pure. */
export function describeNotice({ shownFrom, shownUntil, madeAt, endedAt, ...notice }: NoticeRow): NoticeBody {
  return {
    ...notice,
    shownFrom: writeMoment(shownFrom),
    shownUntil: writeMomentOf(shownUntil),
    madeAt: writeMoment(madeAt),
    endedAt: writeMomentOf(endedAt),
  };
}
