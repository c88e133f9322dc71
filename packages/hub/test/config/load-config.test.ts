import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectorSiteSchema } from '@juhub/connector';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toConnectorSite } from '../../src/cli/connector-site.js';
import { loadConfig, loadConfigWithFiles, loadProxyConfig } from '../../src/config/load-config.js';
import { readRefusals } from './refusals.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'juhub-config-'));
  file = join(folder, 'juhub.yaml');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tenLines = `public:
  url: https://juhub.example.org
sites:
  - name: jureca
    kind: ssh
    hosts: [jureca01.example.org, '[fd00::1]:2222']
    knownHosts: ./known_hosts
    privateKey: ./id_ed25519
    serviceAccount: juhub
`;

function load(yaml: string) {
  writeFileSync(file, yaml);
  return loadConfig(file);
}

function refusals(yaml: string, loader: (file: string) => unknown = loadConfig): string[] {
  return readRefusals(file, yaml, loader);
}

describe('loadConfig', () => {
  it('fills in every default of a cluster that is described in ten lines', () => {
    const config = load(tenLines);
    expect(config.public).toEqual({
      url: 'https://juhub.example.org',
      listen: { host: '127.0.0.1', port: 8000 },
      trustedProxies: [],
      maxConnections: 0,
      maxConnectionsPerClient: 0,
    });
    expect(config.stateDir).toBe(join(folder, 'state'));
    expect(config.database).toEqual({ engine: 'sqlite', file: join(folder, 'state/juhub.db') });
    expect(config.limits).toEqual({ startsAtOnce: 20, startsAtOnceForUser: 2, serversPerUser: 10 });
    expect(config.sites).toEqual([
      {
        name: 'jureca',
        title: 'jureca',
        kind: 'ssh',
        account: '{user}',
        accounts: {},
        serviceAccount: 'juhub',
        scheduler: 'slurm',
        pollSeconds: 5,
        startsAtOnce: 10,
        hosts: [
          { host: 'jureca01.example.org', port: 22 },
          { host: 'fd00::1', port: 2222 },
        ],
        knownHosts: join(folder, 'known_hosts'),
        privateKey: join(folder, 'id_ed25519'),
        keepaliveSeconds: 15,
        connectTimeoutSeconds: 10,
      },
    ]);
  });

  it('gives a local site no scheduler and a login node', () => {
    const site = load('sites: [{name: here, kind: local}]').sites[0];
    expect(site).toMatchObject({ kind: 'local', scheduler: 'none', loginNode: { title: 'Login node' } });
  });

  it('knows no account for a user who is called like a property of every object', () => {
    const site = load('sites: [{name: here, kind: local, accounts: {alice: alice1}}]').sites[0];
    expect(site?.accounts.constructor).toBeUndefined();
    expect(site?.accounts.alice).toBe('alice1');
  });

  it.each([
    ['127.0.0.1:9000', 'http://127.0.0.1:9000'],
    ['0.0.0.0:9000', 'http://127.0.0.1:9000'],
    [':80', 'http://127.0.0.1'],
    ['[::1]:9000', 'http://[::1]:9000'],
  ])('makes the public address of a proxy that listens on %s', (listen, url) => {
    expect(load(`public: {listen: '${listen}'}\nsites: [{name: here, kind: local}]`).public.url).toBe(url);
  });

  it('names the place of a misspelt setting and the one that was meant', () => {
    expect(refusals(tenLines.replace('knownHosts', 'known_host'))).toEqual([
      'juhub.yaml:4:5: sites[0].knownHosts is missing; expected text',
      'juhub.yaml:7:5: unknown setting "known_host" in sites[0]; did you mean "knownHosts"?',
    ]);
  });

  it('lists what is known where nothing is near, of the kind of site that it is', () => {
    expect(refusals('sites:\n  - name: here\n    kind: local\n    colour: red\n')).toEqual([
      'juhub.yaml:4:5: unknown setting "colour" in sites[0]; known are: name, title, accounts, serviceAccount, loginNode, idle, pollSeconds, startsAtOnce, kind, scheduler, account',
    ]);
  });

  it.each([
    ['pollSeconds: fast', '10:18: sites[0].pollSeconds: expected a number, found "fast"'],
    ['pollSeconds: 0', '10:18: sites[0].pollSeconds: expected at least 0.5, found 0'],
    ['scheduler: pbs', '10:16: sites[0].scheduler: expected slurm or none, found "pbs"'],
    ['loginNode: yes please', '10:16: sites[0].loginNode: expected true or false or settings below it'],
    [
      'loginNode: {maxMinute: 5}',
      '10:17: unknown setting "maxMinute" in sites[0].loginNode; did you mean "maxMinutes"?',
    ],
    ['title: [a]', '10:12: sites[0].title: expected text, found a list'],
    [
      'accounts: {"al ice": x}',
      '10:16: expected a user name: lower-case letters, digits and _ . -, beginning with a letter',
    ],
    // The connector would refuse it, later and to a user who can do nothing about it.
    ['accounts: {alice: machine$}', '10:23: sites[0].accounts.alice: expected the name of a UNIX account'],
    [
      'account: "{user}; rm"',
      "10:14: sites[0].account: expected the name of a UNIX account, in which {user} stands for the user's name",
    ],
    ['jump: {account: me}', '10:11: sites[0].jump.host is missing; expected text'],
  ])('refuses %s with its place and what is expected', (line, message) => {
    expect(refusals(`${tenLines}    ${line}\n`)).toEqual([`juhub.yaml:${message}`]);
  });

  it.each([
    ['public: {url: juhub.example.org}', 'public.url: expected the address'],
    ['public: {url: "https://juhub.example.org/hub"}', 'public.url: expected the address'],
    ['public: {url: "https://u:p@juhub.example.org"}', 'public.url: expected the address'],
    ['public: {trustedProxies: [10.0.0.0/33]}', 'expected an address, a network such as 10.0.0.0/8, or unix'],
    ['public: {listen: 8000}', 'public.listen: expected text, found 8000'],
    ['public: {listen: "a:99999"}', 'public.listen: expected host:port'],
    ['public: {listen: "fd:3"}', 'public.url is missing'],
    ['database: mysql://x', 'database: expected sqlite:PATH or postgres://'],
    ['users: [{name: a, passwordHash: secret}]', 'users[0].passwordHash: expected the hash'],
    ['users: [{name: Alice, passwordHash: $scrypt$x}]', 'users[0].name: expected a user name'],
    ['sites: []', 'sites: expected at least 1 item'],
    ['sites: [{name: a}]', 'sites[0].kind: expected ssh or local'],
    ['sites: [{name: a, kind: local}, {name: a, kind: local}]', 'another site has this name already'],
    ['sites: [{name: a, kind: local, loginNode: false}]', 'nowhere to run a server'],
    [`stateDir: /${'x'.repeat(80)}`, 'stateDir: the path has 81 bytes'],
    ['stateDir:', 'stateDir: expected text, found nothing'],
  ])('refuses %s', (line, message) => {
    const rest = line.startsWith('sites') ? '' : '\nsites: [{name: here, kind: local}]';
    const found = refusals(line + rest);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]).toMatch(/^juhub\.yaml:1:\d+: /);
  });

  it('never repeats a password of the database in its refusal', () => {
    expect(refusals('database: mysql://u:hunter2@h/d\nsites: [{name: here, kind: local}]').join()).not.toContain(
      'hunter2',
    );
  });

  it('reports every fault of the file at once, in the order of the file', () => {
    const found = refusals('stateDir: 5\nsitez: 1\nsites: [{name: here, kind: local, pollSeconds: -1}]');
    expect(found.map((line) => line.split(':')[1])).toEqual(['1', '2', '3']);
  });

  it('names the place of what is not YAML at all', () => {
    expect(refusals('sites:\n  - name: a\n   kind: local\n')[0]).toMatch(/^juhub\.yaml:3:\d+: not valid YAML: /);
  });

  it('says so when the file is missing, empty, or not a mapping', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'))).toThrow(
      "none.yaml: the configuration can't be read: there is no such file",
    );
    expect(refusals('')).toEqual(['juhub.yaml:1:1: sites is missing; expected a list']);
    expect(refusals('- a\n')[0]).toContain('juhub.yaml:1:1: ');
  });

  it('refuses a file whose aliases would grow without bounds', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x, x]',
      ...'bcdefg'
        .split('')
        .map((key, index) => `${key}: &${key} [${Array(10).fill(`*${'abcdef'[index]}`).join(', ')}]`),
    ];
    expect(refusals(bomb.join('\n'))[0]).toContain('not valid YAML: Excessive alias count');
  });
});

describe('loadConfigWithFiles', () => {
  it('names the files that are not there', () => {
    expect(refusals(tenLines, loadConfigWithFiles)).toEqual([
      'juhub.yaml:7:17: knownHosts: there is no file known_hosts',
      'juhub.yaml:8:17: privateKey: there is no file id_ed25519',
    ]);
  });

  it('lets a jump use the key of its site', () => {
    writeFileSync(join(folder, 'known_hosts'), '');
    writeFileSync(join(folder, 'id_ed25519'), '');
    writeFileSync(file, `${tenLines}    jump: {host: gate.example.org}\n`);
    const site = loadConfigWithFiles(file).sites[0];
    expect(site?.kind === 'ssh' && site.jump).toEqual({
      host: 'gate.example.org',
      port: 22,
      account: '{account}',
      knownHosts: join(folder, 'known_hosts'),
      privateKey: join(folder, 'id_ed25519'),
    });
  });
});

describe('toConnectorSite', () => {
  it('gives the connector hosts and keys, in a form that it takes, and nothing else', () => {
    const site = load(
      `${tenLines}    jump: {host: 'gate:2022', privateKey: ./gate_key}\n    passphraseFile: ./phrase\n`,
    ).sites[0];
    const connectorSite = site === undefined ? undefined : toConnectorSite(site);
    expect(connectorSiteSchema.parse(connectorSite)).toEqual({
      name: 'jureca',
      kind: 'ssh',
      hosts: [
        { host: 'jureca01.example.org', port: 22 },
        { host: 'fd00::1', port: 2222 },
      ],
      knownHostsFile: join(folder, 'known_hosts'),
      privateKeyFile: join(folder, 'id_ed25519'),
      passphraseFile: join(folder, 'phrase'),
      jump: {
        host: 'gate',
        port: 2022,
        user: '{account}',
        knownHostsFile: join(folder, 'known_hosts'),
        privateKeyFile: join(folder, 'gate_key'),
      },
      keepaliveSeconds: 15,
      connectTimeoutMs: 10_000,
    });
    const local = load('sites: [{name: here, kind: local}]').sites[0];
    expect(local && toConnectorSite(local)).toEqual({ name: 'here', kind: 'local' });
  });
});

describe('loadProxyConfig', () => {
  it('reads nothing but what the proxy needs', () => {
    writeFileSync(file, `${tenLines}database: nonsense\n`);
    const config = loadProxyConfig(file);
    expect(Object.keys(config)).toEqual(['public', 'stateDir', 'log']);
    expect(config.stateDir).toBe(join(folder, 'state'));
  });

  it('refuses what is wrong in its own part', () => {
    expect(refusals('public: {url: x}', loadProxyConfig)[0]).toContain(
      'juhub.yaml:1:15: public.url: expected the address',
    );
  });
});
