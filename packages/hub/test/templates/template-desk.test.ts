import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TemplateDesk } from '../../src/templates/template-desk.js';
import { Templates } from '../../src/templates/templates.js';
import { describeOnBothEngines } from '../on-both-engines.js';
import { LogBook } from './log-book.js';

const titled = (title: string, body = 'true') => `---\ntitle: ${title}\n---\n#!/bin/bash\n${body}\n`;
const IN_USE = 'a job template is in use';

describeOnBothEngines('The desk of the templates', (room) => {
  let folder: string;
  let log: LogBook;
  let templates: Templates;
  let desk: TemplateDesk;

  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const change = (text: string) => log.after(() => put('lab.sbatch.hbs', text), IN_USE);
  const title = () => templates.all().get('lab')?.title.en;
  const seen = () => desk.find('lab').use?.number ?? 0;
  const decision = (note = '') => ({ name: 'lab', by: 'ada', seen: seen(), note });
  const lines = async () =>
    (await templates.history.listUses('lab')).map(({ number, kind, usedBy }) => `${number} ${kind} ${usedBy}`);

  async function open(settings?: { lookEveryMs: number }): Promise<void> {
    log = new LogBook();
    templates = await Templates.open(folder, { database: room.database, log }, settings);
    desk = new TemplateDesk(templates, log);
  }

  async function restart(): Promise<void> {
    await templates.close();
    await open();
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'juhub-desk-'));
    mkdirSync(join(folder, 'parts'));
    put('parts/say.sh', 'echo one\n');
    put('lab.sbatch.hbs', titled('File', '{{> say}}'));
    await open();
  });

  afterEach(async () => {
    await templates.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('writes down each version that the folder has, with the parts that it includes', async () => {
    const first = templates.all().get('lab')?.version ?? '';
    put('parts/other.sh', 'true\n');
    await log.after(() => put('parts/say.sh', 'echo two\n'), IN_USE);
    const second = templates.all().get('lab')?.version ?? '';
    const versions = await templates.history.listVersions('lab');
    expect(versions.map(({ version }) => version).sort()).toEqual([first, second].sort());
    expect(await templates.history.getVersion('lab', first)).toMatchObject({
      source: titled('File', '{{> say}}'),
      parts: { say: 'echo one\n' },
      origin: 'disk',
      savedBy: null,
    });
    expect(await lines()).toEqual(['2 file null', '1 file null']);
    await restart();
    expect(await lines()).toHaveLength(2);
  });

  it('puts a text in use that stays whatever the folder has, and goes back to the file when told', async () => {
    const state = await desk.putInUse({ ...decision('more\u001b[2J\nmemory'), source: titled('Chosen') });
    expect(state).toMatchObject({ inUse: { title: { en: 'Chosen' } }, file: { template: { title: { en: 'File' } } } });
    expect(state.use).toMatchObject({ kind: 'chosen', usedBy: 'ada', note: 'more [2J memory', number: 2 });
    expect(log.entries.find(({ fields }) => fields.admin === 'ada')).toMatchObject({
      level: 'info',
      fields: { template: 'lab', version: state.inUse?.version, note: 'more [2J memory' },
    });
    put('lab.sbatch.hbs', titled('File, changed'));
    await vi.waitFor(() => expect(desk.find('lab').file?.template?.title.en).toBe('File, changed'));
    expect(title()).toBe('Chosen');
    await restart();
    expect(title()).toBe('Chosen');
    expect((await templates.history.listVersions('lab')).map(({ origin }) => origin).sort()).toEqual([
      'browser',
      'disk',
      'disk',
    ]);
    await desk.followFile(decision());
    expect(title()).toBe('File, changed');
    await change(titled('File, once more'));
    expect(title()).toBe('File, once more');
    expect(await lines()).toEqual(['4 file null', '3 file ada', '2 chosen ada', '1 file null']);
  });

  it('puts every earlier version in use again, as it was', async () => {
    const first = templates.all().get('lab')?.version ?? '';
    put('parts/say.sh', 'echo two\n');
    await change(titled('Changed'));
    const state = await desk.putVersionInUse({ ...decision(), version: first });
    expect(state.inUse).toMatchObject({ title: { en: 'File' }, version: first });
    expect(state.inUse?.parts.get('say')?.text).toBe('echo one\n');
    await expect(desk.putVersionInUse({ ...decision(), version: 'abc' })).rejects.toThrow('no version abc of lab');
  });

  it.each([
    ['no template', 'true\n', 1],
    ['a value in quotes', titled('A', 'echo "{{user.name}}"'), 5],
    ['a script that bash cannot read', titled('A', 'if true; fi'), 5],
  ])('refuses %s with the line, and changes nothing', async (_, source, line) => {
    const refusal = desk.putInUse({ ...decision(), source });
    const file = join(folder, 'lab.sbatch.hbs');
    await expect(refusal).rejects.toMatchObject({ code: 'template-refused', problems: [{ file, line }] });
    expect(title()).toBe('File');
    expect(await lines()).toHaveLength(1);
    expect(await templates.history.listVersions('lab')).toHaveLength(1);
  });

  it('lets the second of two admins decide again, also when both press at the same moment', async () => {
    const mine = { ...decision(), source: titled('Mine') };
    const other = { ...decision(), by: 'bob', source: titled('Other') };
    const ends = await Promise.allSettled([desk.putInUse(mine), desk.putInUse(other)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'template-changed' } });
    expect(await lines()).toHaveLength(2);
    await expect(desk.putInUse(mine)).rejects.toThrow('Meanwhile another version');
    await expect(desk.followFile({ ...mine })).rejects.toThrow('Meanwhile another version');
  });

  it('keeps the last good version over a restart when the only file is broken', async () => {
    put('lab.sbatch.hbs', 'broken');
    await restart();
    expect(title()).toBe('File');
    expect(templates.problems()).toHaveLength(1);
    await desk.putInUse({ ...decision(), source: titled('Chosen') });
    await expect(desk.followFile(decision())).rejects.toMatchObject({ code: 'template-refused' });
    expect(title()).toBe('Chosen');
    rmSync(folder, { recursive: true });
    await restart();
    expect(title()).toBe('Chosen');
  });

  it('keeps a chosen version when the file is deleted, and offers old versions of what is gone', async () => {
    put('more.sbatch.hbs', titled('More'));
    await vi.waitFor(() => expect(templates.all().has('more')).toBe(true));
    await desk.putInUse({ ...decision(), source: titled('Chosen') });
    rmSync(join(folder, 'lab.sbatch.hbs'));
    await vi.waitFor(() => expect(desk.find('lab').file).toBeUndefined());
    expect(title()).toBe('Chosen');
    await desk.followFile(decision());
    expect(title()).toBeUndefined();
    const [newest] = await templates.history.listUses('lab');
    expect(newest).toMatchObject({ kind: 'gone', usedBy: 'ada' });
    await desk.putVersionInUse({ ...decision(), version: newest?.version ?? '' });
    expect(title()).toBe('Chosen');
  });

  it('hears of what another process wrote into the history', async () => {
    await templates.close();
    await open({ lookEveryMs: 0 });
    const other = await Templates.open(folder, { database: room.database, log: new LogBook() });
    await new TemplateDesk(other, log).putInUse({ ...decision(), by: null, source: titled('By command') });
    await log.after(title, IN_USE);
    expect(title()).toBe('By command');
    await other.close();
  });

  it('falls back to the file when a version is too old for this juhub, and tells of it', async () => {
    const version = 'old';
    await room.database.templateVersions.insertNew({
      name: 'lab',
      version,
      source: 'as it once was',
      parts: {},
      origin: 'browser',
      savedBy: 'ada',
      savedAt: new Date(),
    });
    await templates.history.add({ name: 'lab', number: 2, version, kind: 'chosen', usedBy: 'ada', note: '' });
    await restart();
    expect(title()).toBe('File');
    expect(desk.find('lab').problems).toMatchObject([{ code: 'front-matter', line: 1 }]);
  });

  it('takes a changed file up although the database is away, and writes it down later', async () => {
    await templates.close();
    await open({ lookEveryMs: 0 });
    const away = vi.spyOn(room.database.templateVersions, 'insertNew').mockRejectedValue(new Error('away'));
    await change(titled('Changed'));
    expect(await lines()).toHaveLength(1);
    away.mockRestore();
    await vi.waitFor(async () => {
      expect(title()).toBe('Changed');
      expect(await lines()).toHaveLength(2);
    });
  });
});
