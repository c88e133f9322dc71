import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkConfig, loadConfig, loadConfigWithFiles, loadProxyConfig } from '../../src/config/load-config.js';
import { readRefusals } from './refusals.js';

/** Certificate and key in one file, for localhost, hub.example.org and 127.0.0.1, until 2126-10-31. */
const fixture = (name: string) => new URL(`../../../proxy/test/fixtures/${name}`, import.meta.url).pathname;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-tls-config-'));
  file = join(folder, 'juhub.yaml');
  putCertificate('server.pem');
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

function putCertificate(name: string): void {
  copyFileSync(fixture(name), join(folder, 'site.pem'));
  chmodSync(join(folder, 'site.pem'), 0o640);
}

const settings = `public:
  url: https://hub.example.org
  listen: 0.0.0.0:443
  tls:
    certificate: ./site.pem
    key: site.pem
  redirect: :80
sites: [{name: here, kind: local}]
`;

function refusals(yaml: string, loader: (file: string) => unknown = loadConfig): string[] {
  return readRefusals(file, yaml, loader);
}

function warnings(yaml: string): string[] {
  writeFileSync(file, yaml);
  return checkConfig(file).warnings.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

describe('public.tls', () => {
  it('has paths that count from the folder of the file, and is read by the proxy alone', () => {
    writeFileSync(file, `${settings}stateDir: ./state\n`);
    expect(loadProxyConfig(file).public).toMatchObject({
      url: 'https://hub.example.org',
      tls: { certificate: join(folder, 'site.pem'), key: join(folder, 'site.pem') },
      redirect: { host: '::', port: 80 },
    });
    rmSync(join(folder, 'site.pem'));
    expect(loadConfig(file).public.tls?.key).toBe(join(folder, 'site.pem'));
    expect(refusals(settings, loadConfigWithFiles), 'the connector may not even see the key').toEqual([]);
  });

  it.each([
    ['127.0.0.1:8443', 'https://127.0.0.1:8443'],
    [':443', 'https://127.0.0.1'],
  ])('makes an https address of a proxy that listens on %s', (listen, url) => {
    const yaml = settings.replace('  url: https://hub.example.org\n', '').replace('0.0.0.0:443', `'${listen}'`);
    writeFileSync(file, yaml);
    expect(loadConfig(file).public.url).toBe(url);
  });

  it.each([
    ['    key: site.pem\n', '', '5:5: public.tls.key is missing; expected text'],
    ['certificate:', 'cert:', '5:5: public.tls.certificate is missing; expected text'],
    ['url: https:', 'url: http:', '2:8: public.url: expected an address with https://, as public.tls is given'],
    [':80', ':443', '7:13: public.redirect: public.listen has this address already (0.0.0.0:443)'],
    [':80', '127.0.0.1:443', '7:13: public.redirect: public.listen has this address already (0.0.0.0:443)'],
    [':80', '80', '7:13: public.redirect: expected text, found 80'],
    [
      '  tls:\n    certificate: ./site.pem\n    key: site.pem\n',
      '',
      '4:13: public.redirect leads to https, so it needs public.tls; a web server in front redirects by itself',
    ],
  ])('with %j as %j is refused', (from, to, message) => {
    for (const loader of [loadConfig, loadProxyConfig]) {
      expect(refusals(settings.replace(from, to), loader)).toContain(`juhub.yaml:${message}`);
    }
  });

  it.each([
    ['0.0.0.0:443', '127.0.0.1:443', '127.0.0.2:443'],
    ['fd:3', 'fd:3', 'fd:4'],
    ['unix:/run/a', 'unix:/run/a', 'unix:/run/b'],
  ])('with listen %s may not redirect on %s, but on %s', (listen, same, other) => {
    const put = (redirect: string) =>
      settings.replace('0.0.0.0:443', listen.replace('0.0.0.0', '127.0.0.1')).replace(':80', redirect);
    expect(refusals(put(same))).toEqual([
      `juhub.yaml:7:13: public.redirect: public.listen has this address already (${same})`,
    ]);
    expect(refusals(put(other))).toEqual([]);
  });
});

describe('juhub config check', () => {
  it('has nothing to say about a certificate that fits', () => {
    expect(warnings(settings)).toEqual([]);
    expect(warnings(settings.replace('https://hub.example.org', 'https://127.0.0.1:8443'))).toEqual([]);
  });

  it.each([
    ['key: site.pem', 'key: no.pem', '6:10: public.tls.key: no.pem cannot be read: there is no such file'],
    [
      'key: site.pem',
      `key: ${fixture('client.pem')}`,
      `6:10: public.tls.key: ${fixture('client.pem')} is not the key of the first certificate in site.pem (public.tls.certificate)`,
    ],
    [
      'certificate: ./site.pem',
      'certificate: ./juhub.yaml',
      '5:18: public.tls.certificate: juhub.yaml holds no certificate in PEM: error:0480006C:PEM routines::no start line',
    ],
    [
      'key: site.pem',
      'key: site.pem\n    passphraseFile: none',
      '7:21: public.tls.passphraseFile: none cannot be read: there is no such file',
    ],
  ])('refuses what cannot be used: %j as %j', (from, to, message) => {
    expect(refusals(settings.replace(from, to), checkConfig)).toEqual([`juhub.yaml:${message}`]);
  });

  it('warns of a certificate for other hosts', () => {
    expect(warnings(settings.replace('hub.example.org', 'other.example.org'))).toEqual([
      '5:18: public.tls.certificate: the certificate is not for other.example.org, the host of public.url; it names DNS:localhost, DNS:hub.example.org, IP Address:127.0.0.1',
    ]);
    putCertificate('untrusted.pem');
    expect(warnings(settings.replace('hub.example.org', 'untrusted.invalid'))[0]).toContain('it has no subjectAltName');
  });

  it('warns of a key that everybody may read', () => {
    chmodSync(join(folder, 'site.pem'), 0o644);
    expect(warnings(settings)).toEqual([
      `6:10: public.tls.key: everybody on this machine may read ${folder}/site.pem; mend it with chmod o= ${folder}/site.pem`,
    ]);
  });

  it.each([
    ['2126-10-25T00:00:00Z', ['5:18: public.tls.certificate: the certificate ends on 2126-10-31, in 6 days']],
    [
      '2126-11-25T00:00:00Z',
      ['5:18: public.tls.certificate: the certificate has ended on 2126-10-31: browsers refuse it'],
    ],
    ['2126-10-15T00:00:00Z', []],
  ])('warns on %s of a certificate that ends on 2126-10-31: %j', (now, said) => {
    vi.setSystemTime(new Date(now));
    expect(warnings(settings)).toEqual(said);
  });
});
