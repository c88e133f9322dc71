import { z } from 'zod';
import { components, momentShape } from './components.js';

const kindShape = z.enum(['announcement', 'maintenance']);
const levelShape = z.enum(['info', 'warning', 'trouble']);
const text = z.string().max(4_000).default('');

/** A notice that is to be made. */
export const newNoticeShape = z
  .strictObject({
    kind: kindShape.describe('`maintenance`: nothing can be started on the site while it is shown.'),
    level: levelShape.default('info').describe('Of an announcement; a maintenance is always a warning.'),
    site: z.string().max(64).nullable().default(null).describe('What it is about; a maintenance needs one.'),
    textEn: text.describe('One of the two texts is enough.'),
    textDe: text,
    from: z.iso.datetime({ offset: true }).nullable().default(null).describe('Null: from now on.'),
    until: z.iso.datetime({ offset: true }).nullable().default(null).describe('Null: until somebody ends it.'),
  })
  .register(components, { id: 'NewNotice' });

/** A notice with who made it. */
export const noticeShape = z
  .strictObject({
    id: z.string(),
    kind: kindShape,
    level: levelShape,
    site: z.string().nullable(),
    textEn: z.string(),
    textDe: z.string(),
    shownFrom: momentShape,
    shownUntil: momentShape.nullable(),
    madeBy: z.string(),
    madeAt: momentShape,
    endedBy: z.string().nullable().describe('Who ended it before its time.'),
    endedAt: momentShape.nullable(),
  })
  .register(components, { id: 'Notice' });

/** All notices. */
export const noticesShape = z
  .strictObject({
    open: z.array(noticeShape).describe('Those that are shown now or will be.'),
    over: z.array(noticeShape).describe('The last ones that are over.'),
  })
  .register(components, { id: 'Notices' });

export type NoticeBody = z.infer<typeof noticeShape>;
export type NewNoticeBody = z.infer<typeof newNoticeShape>;
