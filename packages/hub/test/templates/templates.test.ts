import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/db/open-database.js';
import { readFingerprint } from '../../src/templates/read-fingerprint.js';
import { Templates } from '../../src/templates/templates.js';
import { LogBook } from './log-book.js';

vi.mock('node:fs', { spy: true });
vi.mock('../../src/templates/read-fingerprint.js', { spy: true });

const IN_USE = 'a job template is in use';
const GONE = 'a job template is gone';
const MISTAKE = 'a job template has a mistake';
const BROKEN = '---\ntitle: Broken\n---\necho "{{user.name}}"\n';

let folder: string;
let stateDir: string;
let database: Database;
let log: LogBook;
let templates: Templates | undefined;

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'juhub-state-'));
  database = await openDatabase({ engine: 'sqlite', file: join(stateDir, 'juhub.db') });
  folder = mkdtempSync(join(tmpdir(), 'juhub-templates-'));
  mkdirSync(join(folder, 'parts'));
  put('one.sbatch.hbs', titled('One'));
  put('two.sbatch.hbs', `${titled('Two')}{{> part}}\n`);
  put('parts/part.sh', 'true\n');
  log = new LogBook();
});

afterEach(async () => {
  await templates?.close();
  await database.close();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  rmSync(stateDir, { recursive: true, force: true });
});

const titled = (title: string) => `---\ntitle: ${title}\n---\n#!/bin/bash\n`;
const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
const titles = () => [...(templates?.all().values() ?? [])].map((template) => template.title.en);
const open = async (settings?: { lookEveryMs: number }) => {
  templates = await Templates.open(folder, { database, log }, settings);
  return templates;
};

describe('the templates of a folder', () => {
  it('are there when it is opened', async () => {
    const opened = await open();
    expect([...opened.all().keys()]).toEqual(['one', 'two']);
    expect(opened.problems()).toEqual([]);
  });

  it('stop a hub that would have none, in words that name the first mistake', async () => {
    rmSync(join(folder, 'two.sbatch.hbs'));
    put('one.sbatch.hbs', BROKEN);
    await expect(open()).rejects.toThrow(`${join(folder, 'one.sbatch.hbs')}:4:7: `);
    rmSync(folder, { recursive: true });
    await expect(open()).rejects.toThrow('There is no usable job template');
  });

  it('are others as soon as a file is changed, made, or renamed into the folder', async () => {
    await open();
    await log.after(() => put('one.sbatch.hbs', titled('Uno')), IN_USE);
    expect(titles()).toEqual(['Uno', 'Two']);
    await log.after(() => put('a.sbatch.hbs', titled('A')), IN_USE);
    expect(titles()).toEqual(['A', 'Uno', 'Two']);
    put('.new', titled('Ein'));
    await log.after(() => renameSync(join(folder, '.new'), join(folder, 'one.sbatch.hbs')), IN_USE);
    expect(titles()).toEqual(['A', 'Ein', 'Two']);
  });

  it('have another version when a part of theirs is changed', async () => {
    const version = (await open()).all().get('two')?.version;
    const { fields } = await log.after(() => put('parts/part.sh', 'false\n'), IN_USE);
    expect(fields).toEqual({ template: 'two', version: templates?.all().get('two')?.version });
    expect(fields.version).not.toBe(version);
  });

  it('stay as they were when a file breaks, which is told once with its place and kept for admins', async () => {
    await open();
    const file = join(folder, 'one.sbatch.hbs');
    const told = await log.after(() => put('one.sbatch.hbs', BROKEN), MISTAKE);
    expect(told).toMatchObject({ level: 'error', fields: { file, line: 4, column: 7 } });
    expect(titles()).toEqual(['One', 'Two']);
    await log.after(() => put('two.sbatch.hbs', titled('Due')), IN_USE);
    expect(titles()).toEqual(['One', 'Due']);
    expect(templates?.problems()).toEqual([expect.objectContaining({ file, line: 4, column: 7 })]);
    expect(log.entries.filter(({ message }) => message.startsWith(MISTAKE))).toHaveLength(1);
    await log.after(() => put('one.sbatch.hbs', titled('Uno')), IN_USE);
    expect(titles()).toEqual(['Uno', 'Due']);
    expect(templates?.problems()).toEqual([]);
  });

  it('stay as they were when a part breaks, is taken away, or bash cannot read the script', async () => {
    await open();
    await log.after(() => put('parts/part.sh', 'if true; fi\n'), MISTAKE);
    expect(templates?.all().get('two')?.title.en).toBe('Two');
    await log.after(() => rmSync(join(folder, 'parts'), { recursive: true }), `${MISTAKE}: There is no part`);
    expect(titles()).toEqual(['One', 'Two']);
    mkdirSync(join(folder, 'parts'));
    await log.after(() => put('parts/part.sh', 'true # mended\n'), IN_USE);
    expect(templates?.problems()).toEqual([]);
  });

  it('are gone when their file is', async () => {
    await open();
    const { fields } = await log.after(() => rmSync(join(folder, 'one.sbatch.hbs')), GONE);
    expect(fields).toEqual({ template: 'one' });
    expect(titles()).toEqual(['Two']);
  });

  it('all stay when the folder cannot be read, and follow the one that comes in its place', async () => {
    await open({ lookEveryMs: 0 });
    await log
      .after(() => renameSync(folder, `${folder}-away`), MISTAKE)
      .finally(() => {
        rmSync(`${folder}-away`, { recursive: true });
      });
    expect(titles()).toEqual(['One', 'Two']);
    mkdirSync(folder);
    put('three.sbatch.hbs', titled('Three'));
    await log.after(titles, GONE);
    expect(titles()).toEqual(['Three']);
    await log.after(() => put('three.sbatch.hbs', titled('Tre')), IN_USE);
  });

  it('stay as they were after they were closed', async () => {
    const opened = await open({ lookEveryMs: 0 });
    await opened.close();
    put('one.sbatch.hbs', titled('Uno'));
    vi.mocked(readFingerprint).mockClear();
    titles();
    await vi.mocked(readFingerprint).mock.results[0]?.value;
    await new Promise(setImmediate);
    expect(readFingerprint).toHaveBeenCalledTimes(1);
    expect(titles()).toEqual(['One', 'Two']);
  });
});

describe('on a file system that tells nobody of a change', () => {
  beforeEach(async () => {
    const { watch } = await import('node:fs');
    vi.mocked(watch).mockImplementation(() => {
      throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' });
    });
  });

  it('a use finds the change, and the next one has it', async () => {
    await open({ lookEveryMs: 0 });
    expect(log.entries.filter(({ level }) => level === 'warn')).toHaveLength(1);
    put('one.sbatch.hbs', titled('Uno'));
    await log.after(() => expect(titles()).toEqual(['One', 'Two']), IN_USE);
    expect(titles()).toEqual(['Uno', 'Two']);
  });

  it('a link that leads to another release is a change', async () => {
    const link = `${folder}-link`;
    const release = mkdtempSync(join(tmpdir(), 'juhub-templates-'));
    writeFileSync(join(release, 'one.sbatch.hbs'), titled('Release'));
    symlinkSync(folder, link);
    try {
      templates = await Templates.open(link, { database, log }, { lookEveryMs: 0 });
      rmSync(link);
      symlinkSync(release, link);
      await log.after(titles, GONE);
      expect(titles()).toEqual(['Release']);
    } finally {
      rmSync(link);
      rmSync(release, { recursive: true });
    }
  });

  it('a moment’s uses ask the file system once', async () => {
    await open({ lookEveryMs: 0 });
    vi.mocked(readFingerprint).mockClear();
    for (let use = 0; use < 100; use++) {
      titles();
    }
    expect(readFingerprint).toHaveBeenCalledTimes(1);
  });

  it('the next question comes only some seconds after the last', async () => {
    await open({ lookEveryMs: 60_000 });
    vi.mocked(readFingerprint).mockClear();
    vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 59_000);
    titles();
    expect(readFingerprint).not.toHaveBeenCalled();
    vi.spyOn(performance, 'now').mockReturnValueOnce(performance.now() + 61_000);
    titles();
    expect(readFingerprint).toHaveBeenCalledTimes(1);
  });
});
