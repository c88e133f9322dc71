import { describe, expect, it } from 'vitest';
import { checkNotice, type NoticeInput } from '../../src/notices/check-notice.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const SITES = new Set(['jureca']);
const GOOD: NoticeInput = {
  kind: 'announcement',
  level: 'info',
  site: '',
  textEn: 'Hello',
  textDe: '',
  from: '',
  until: '',
};
const check = (different: Partial<NoticeInput>) => checkNotice({ ...GOOD, ...different }, SITES, NOW);

describe('A notice', () => {
  it('needs no more than a text in one language', () => {
    expect(check({})).toEqual({
      notice: { kind: 'announcement', level: 'info', site: null, textEn: 'Hello', textDe: '', shownUntil: null },
    });
  });

  it('keeps the breaks of its lines and no other control characters', () => {
    expect(check({ textEn: ' one\r\ntwo\u0000\u001b[31m ' })).toMatchObject({ notice: { textEn: 'one\ntwo[31m' } });
  });

  it('takes times of the hub’s own zone, and those that name theirs', () => {
    expect(check({ from: '2026-11-25T08:00', until: '2026-11-25T10:00:00+01:00' })).toMatchObject({
      notice: { shownFrom: new Date('2026-11-25T08:00'), shownUntil: new Date('2026-11-25T09:00:00Z') },
    });
  });

  it.each<[string, Partial<NoticeInput>, string, string]>([
    ['without a text', { textEn: ' \n', textDe: '' }, 'textEn', 'no-text'],
    ['with a text that is too long', { textDe: 'x'.repeat(1001) }, 'textDe', 'too-long'],
    ['of a site that there is not', { site: 'moon' }, 'site', 'no-such-site'],
    ['of a maintenance of no site', { kind: 'maintenance' }, 'site', 'site-needed'],
    ['of a weight that there is not', { level: 'panic' }, 'level', 'bad-choice'],
    ['of a kind that there is not', { kind: 'party' }, 'kind', 'bad-choice'],
    ['with a beginning that is no time', { from: 'tomorrow' }, 'from', 'bad-time'],
    ['with a day that there is not', { until: '2026-13-40T08:00' }, 'until', 'bad-time'],
    ['that is over already', { until: '2026-11-24T11:59:00Z' }, 'until', 'too-early'],
    ['that ends before it begins', { from: '2026-11-26T08:00Z', until: '2026-11-25T08:00Z' }, 'until', 'too-early'],
  ])('%s is refused', (_what, different, field, code) => {
    expect(check(different)).toEqual({ problems: [{ field, code }] });
  });
});
