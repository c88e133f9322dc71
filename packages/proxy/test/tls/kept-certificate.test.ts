import { copyFileSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { KeptCertificate, TlsFileError } from '../../src/index.js';
import { fixture } from '../support/start-command.js';
import { type LogLine, makeFolder } from '../support/test-proxy.js';

const everyMs = 1_000;
const look = (times = 1): unknown => vi.advanceTimersByTime(times * everyMs);

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2126-10-17T00:00:00Z') }));
afterEach(() => void vi.useRealTimers());

/** A kept certificate over copies of a fixture, that looks often. */
async function keep() {
  const folder = await makeFolder();
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  for (const path of [certificate, key]) copyFileSync(fixture('server.pem'), path);
  const log: LogLine[] = [];
  const writeTo = (level: string) => (fields: object, message: string) => void log.push({ level, fields, message });
  const kept = new KeptCertificate(
    { certificate: { name: 'certificate', path: certificate }, key: { name: 'key', path: key } },
    { debug: writeTo('debug'), info: writeTo('info'), warn: writeTo('warn'), error: writeTo('error') },
  );
  onTestFinished(() => kept.stop());
  const renewed: string[] = [];
  kept.watch(({ cert }) => renewed.push(cert.toString()), everyMs);
  return { kept, log, renewed, certificate, key };
}

const client = readFileSync(fixture('client.pem'), 'utf8');

test('Files that are replaced one after the other are taken when they fit, and once.', async () => {
  const { kept, log, renewed, certificate, key } = await keep();
  copyFileSync(fixture('client.pem'), certificate);
  look(3);
  expect(log).toHaveLength(1);
  expect(log[0]).toMatchObject({
    level: 'error',
    fields: { cause: `key: ${key} is not the key of the first certificate in ${certificate} (certificate)` },
  });
  expect(kept.pair.cert).toEqual(readFileSync(fixture('server.pem')));
  copyFileSync(fixture('client.pem'), key);
  look(3);
  expect(renewed).toEqual([client]);
  expect(log.map(({ level }) => level)).toEqual(['error', 'info']);
  expect(kept.pair.cert.toString()).toBe(client);
});

test('A symbolic link that is turned to a new file is noticed.', async () => {
  const { renewed, certificate, key } = await keep();
  for (const path of [key, certificate]) {
    symlinkSync(fixture('client.pem'), `${path}.new`);
    renameSync(`${path}.new`, path);
  }
  look(3);
  expect(renewed).toEqual([client]);
});

test('A fault is said once for as long as it lasts, and the pair of before stays.', async () => {
  const { kept, log, renewed, certificate, key } = await keep();
  rmSync(key);
  look(20);
  expect(JSON.stringify(log.map(({ fields }) => fields))).toContain('there is no such file');
  expect(log).toHaveLength(1);
  writeFileSync(certificate, 'broken');
  writeFileSync(key, client);
  look(20);
  expect(JSON.stringify(log[1]?.fields)).toContain('holds no certificate in PEM');
  expect(log).toHaveLength(2);
  expect(renewed).toEqual([]);
  expect(kept.pair.cert).toEqual(readFileSync(fixture('server.pem')));
});

test('A certificate that ends within two weeks is said: once a day, and again when it has ended.', async () => {
  const { kept, log } = await keep();
  expect(kept.findTrouble()).toBeUndefined();
  vi.setSystemTime(Date.parse('2126-10-20T00:00:00Z'));
  look(5);
  vi.setSystemTime(Date.parse('2126-10-30T20:00:00Z'));
  look(5);
  vi.setSystemTime(Date.parse('2126-11-02T00:00:00Z'));
  look(5);
  expect(log.map(({ level, message }) => [level, message])).toEqual([
    ['warn', 'Renew it: the certificate ends on 2126-10-31, in 11 days'],
    ['warn', 'Renew it: the certificate ends on 2126-10-31, in 0 days'],
    ['warn', 'Renew it: the certificate has ended on 2126-10-31: browsers refuse it'],
  ]);
  vi.setSystemTime(Date.parse('2020-01-01T00:00:00Z'));
  expect(kept.findTrouble()).toMatch(/^the certificate counts only from 20\d\d-\d\d-\d\d on$/);
});

test('The passphrase of a key is that of a file, without the end of its line.', async () => {
  const path = join(await makeFolder(), 'passphrase');
  writeFileSync(path, 'open-sesame\n');
  const { pair } = new KeptCertificate(
    {
      certificate: { name: 'certificate', path: fixture('server.pem') },
      key: { name: 'key', path: fixture('server-locked.key') },
      passphraseFile: { name: 'passphrase', path },
    },
    { debug() {}, info() {}, warn() {}, error() {} },
  );
  expect(pair.passphrase).toBe('open-sesame');
});

test.each([
  ['server-locked.key', undefined, 'is locked, and no passphrase is given'],
  ['server-locked.key', 'wrong', 'is not opened by the passphrase given'],
  ['client.pem', undefined, 'is not the key of the first certificate'],
])('The key %s with the passphrase %s is refused: it %s.', async (name, phrase, words) => {
  const passphraseFile = { name: 'passphrase', path: join(await makeFolder(), 'passphrase') };
  if (phrase !== undefined) writeFileSync(passphraseFile.path, `${phrase}\n`);
  const files = {
    certificate: { name: 'certificate', path: fixture('server.pem') },
    key: { name: 'key', path: fixture(name) },
    ...(phrase === undefined ? {} : { passphraseFile }),
  };
  const read = () => new KeptCertificate(files, { debug() {}, info() {}, warn() {}, error() {} });
  expect(read).toThrow(TlsFileError);
  expect(read).toThrow(`key: ${fixture(name)} ${words}`);
});
