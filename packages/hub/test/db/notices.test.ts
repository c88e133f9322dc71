import { expect, it } from 'vitest';
import type { NewNotice } from '../../src/db/notices.js';
import { describeOnBothEngines } from '../on-both-engines.js';

const at = (hours: number) => new Date(1_700_000_000_000 + hours * 3_600_000);

function newNotice(id: string, different: Partial<NewNotice> = {}): NewNotice {
  return {
    id,
    kind: 'announcement',
    level: 'info',
    site: null,
    textEn: 'Hello',
    textDe: 'Grüße 🧪',
    shownFrom: at(0),
    shownUntil: null,
    madeBy: 'ada',
    madeAt: at(0),
    ...different,
  };
}

describeOnBothEngines('the notices', (room) => {
  const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

  it('come back as they were made, as long as their time is not over and nobody ends them', async () => {
    const { notices } = room.database;
    await notices.add(newNotice('b', { shownFrom: at(5), shownUntil: at(6) }));
    await notices.add(newNotice('a', { site: 'jureca' }));
    expect(await notices.listOpen(at(1))).toEqual([
      { ...newNotice('a', { site: 'jureca' }), endedBy: null, endedAt: null },
      { ...newNotice('b', { shownFrom: at(5), shownUntil: at(6) }), endedBy: null, endedAt: null },
    ]);
    expect(idsOf(await notices.listOpen(at(6)))).toEqual(['a']);
    expect(idsOf(await notices.listOver(at(6), 9))).toEqual(['b']);
  });

  it('are ended once, with who and when, and kept', async () => {
    const { notices } = room.database;
    await notices.add(newNotice('a'));
    expect(await notices.end('a', 'grace', at(2))).toMatchObject({ id: 'a', endedBy: 'grace', endedAt: at(2) });
    expect(await notices.end('a', 'ada', at(3))).toBeUndefined();
    expect(await notices.end('none', 'ada', at(3))).toBeUndefined();
    expect(await notices.listOpen(at(3))).toEqual([]);
    expect(await notices.listOver(at(3), 9)).toMatchObject([{ id: 'a', endedBy: 'grace' }]);
  });

  it('have one maintenance of a site at a time: a new one ends the one before it', async () => {
    const { notices } = room.database;
    const kind = 'maintenance';
    await notices.add(newNotice('a', { kind, site: 'jureca' }));
    await notices.add(newNotice('b', { kind, site: 'jusuf' }));
    await notices.add(newNotice('c', { kind, site: 'jureca', madeBy: 'grace', madeAt: at(1) }));
    expect(idsOf(await notices.listOpen(at(2)))).toEqual(['b', 'c']);
    expect(await notices.listOver(at(2), 9)).toMatchObject([{ id: 'a', endedBy: 'grace', endedAt: at(1) }]);
  });
});
