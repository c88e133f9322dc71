import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { type ReadSettings, readSettings } from '../../src/config/read-settings.js';
import { type Settings, settingsSchema } from '../../src/config/settings-schema.js';

const example = new URL('../../../../deploy/example.yaml', import.meta.url).pathname;
let folder: string;
let whole: ReadSettings<Settings>['settings'];

/** The example with every commented setting switched on. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-example-'));
  const lines = readFileSync(example, 'utf8').split('\n');
  const settings = lines.slice(lines.indexOf('public:'));
  const switchedOn = settings.map((line) => line.replace(/^( *)# ( *(?:- )?[a-zA-Z]+:(?: |$))/, '$1$2'));
  writeFileSync(join(folder, 'whole.yaml'), switchedOn.join('\n'));
  whole = readSettings(join(folder, 'whole.yaml'), settingsSchema).settings;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('deploy/example.yaml', () => {
  it('can be used as it is, but for the addresses', () => {
    expect(loadConfig(example).sites.map(({ name }) => name)).toEqual(['cluster']);
  });

  it('shows every setting that there is', () => {
    const [ssh, local] = whole.sites;
    const shape = settingsSchema.shape;
    const [sshSchema, localSchema] = shape.sites.element.options;
    expect(Object.keys(whole).toSorted()).toEqual(Object.keys(shape).toSorted());
    expect(Object.keys(whole.public).toSorted()).toEqual(Object.keys(shape.public.unwrap().shape).toSorted());
    expect(Object.keys(whole.public.tls ?? {})).toHaveLength(3);
    expect(Object.keys(ssh ?? {}).toSorted()).toEqual(Object.keys(sshSchema.shape).toSorted());
    expect(Object.keys(sshSchema.shape)).toEqual(expect.arrayContaining(Object.keys(local ?? {})));
    expect(Object.keys(localSchema.shape)).toEqual(expect.arrayContaining(Object.keys(local ?? {})));
    expect(ssh?.kind === 'ssh' && Object.keys(ssh.jump ?? {})).toHaveLength(5);
  });

  it('shows the defaults where it says so', () => {
    const bare = settingsSchema.parse({
      sites: [{ name: 'a', kind: 'ssh', hosts: ['h'], knownHosts: 'k', privateKey: 'p' }],
    });
    const [site] = bare.sites;
    const [shown] = whole.sites;
    const { url, accessLog, tls, redirect, ...shownPublic } = whole.public;
    expect([url, accessLog, tls, redirect]).not.toContain(undefined);
    expect(shownPublic).toEqual(bare.public);
    expect([whole.stateDir, whole.sessions, whole.signIn, whole.log]).toEqual([
      bare.stateDir,
      bare.sessions,
      bare.signIn,
      bare.log,
    ]);
    expect(shown).toMatchObject({
      ...site,
      name: 'cluster',
      hosts: expect.anything(),
      knownHosts: './known_hosts',
      privateKey: './id_ed25519',
      accounts: expect.anything(),
    });
  });
});
