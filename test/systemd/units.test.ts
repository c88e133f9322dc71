import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemdMachine } from './machine.js';

const UNITS = ['juhub-connector', 'juhub-hub', 'juhub-proxy'] as const;
type Unit = (typeof UNITS)[number];

const CONFIG = `
public: { url: 'http://127.0.0.1:8000', listen: '127.0.0.1:8000' }
stateDir: /var/lib/juhub
database: sqlite:/var/lib/juhub-hub/juhub.db
sites:
  - name: cluster
    kind: ssh
    hosts: ['127.0.0.1']
    knownHosts: ./known_hosts
    privateKey: ./keys/id_ed25519
    serviceAccount: juhub
`;

/** Sets it up as docs/how-to/your-own-cluster.md says, but for git and npm. No login node listens. */
const SET_UP = `
set -e
useradd --system --home-dir /var/lib/juhub --shell /usr/sbin/nologin juhub
install -d -o juhub -g juhub -m 700 /var/lib/juhub /etc/juhub /etc/juhub/keys
ln -sf /opt/juhub/packages/hub/bin/juhub.js /usr/local/bin/juhub
runuser -u juhub -- ssh-keygen -q -t ed25519 -N '' -C juhub -f /etc/juhub/keys/id_ed25519
: > /etc/juhub/known_hosts
cat > /etc/juhub/juhub.yaml
chown juhub: /etc/juhub/*
cp -r /opt/juhub/deploy/systemd/juhub-connector.service /opt/juhub/deploy/systemd/juhub-hub.service \\
  /opt/juhub/deploy/systemd/juhub-proxy.service /opt/juhub/deploy/systemd/juhub-.service.d /etc/systemd/system/
systemctl daemon-reload
`;

/** The proxy with a certificate of its own, on ports that systemd opens, as the same page says. */
const TAKE_TLS = `
set -e
sed -i '/^public:/d' /etc/juhub/juhub.yaml
cat >> /etc/juhub/juhub.yaml <<'END'
public:
  url: https://localhost
  listen: fd:3
  redirect: fd:4
  tls: { certificate: ./tls/fullchain.pem, key: ./tls/privkey.pem }
END
cp /opt/juhub/deploy/systemd/juhub-proxy.socket /etc/systemd/system/
systemctl daemon-reload
systemctl enable --now juhub-proxy.socket
systemctl start juhub-hub juhub-connector
`;
const OWNED = ['-o', 'juhub', '-g', 'juhub'];
const FIXTURES = '/opt/juhub/packages/proxy/test/fixtures';

/** Less patience than in service, so that a test need not have it either. */
const IMPATIENT = '[Service]\nWatchdogSec=8\nTimeoutAbortSec=1\nRestartSec=100ms\n';

describe.skipIf(!SystemdMachine.canBoot())('The units of juhub, under a real systemd', () => {
  let machine: SystemdMachine;

  beforeAll(async () => {
    machine = await SystemdMachine.boot();
    await machine.run('sh', '-c', `cat <<'END' | sh -c "$0"\n${CONFIG}END`, SET_UP);
  });
  afterAll(() => machine?.end());

  const show = async (unit: Unit, property: string) =>
    (await machine.run('systemctl', 'show', '--value', `--property=${property}`, unit)).trim();
  /** @throws when it does not run: a signal to the process 0 would reach the test itself */
  const pidOf = async (unit: Unit) => {
    const pid = await show(unit, 'MainPID');
    if (!/^[1-9]/.test(pid)) {
      throw new Error(`${unit} does not run: ${(await machine.try('systemctl', 'status', '--no-pager', unit)).stdout}`);
    }
    return pid;
  };
  const inside = async (unit: Unit, ...argv: string[]) =>
    machine.try('nsenter', '--mount', '--net', '--target', await pidOf(unit), '--', ...argv);
  const statusOf = async (path: string) =>
    (await machine.try('curl', '-s', '-o', '/dev/null', '-w', '%{http_code}', `http://127.0.0.1:8000${path}`)).stdout;
  /** Resolves when a unit is active again, in another process than before. */
  const untilAnew = (unit: Unit, before: string) =>
    machine.until(`${unit} is started anew`, async () => {
      const [state, pid] = [await show(unit, 'ActiveState'), await show(unit, 'MainPID')];
      return state === 'active' && pid !== before;
    });

  test('have no setting that systemd does not know', async () => {
    const { stdout, stderr, exitCode } = await machine.try(
      ...['systemd-analyze', 'verify', '--man=no', ...UNITS.map((unit) => `${unit}.service`)],
    );
    expect([stdout + stderr, exitCode]).toEqual(['', 0]);
  });

  test('count as started when their parts answer, in any order of starting', async () => {
    await machine.run('systemctl', 'start', 'juhub-proxy', 'juhub-hub', 'juhub-connector');
    expect(await Promise.all(UNITS.map((unit) => show(unit, 'ActiveState')))).toEqual(['active', 'active', 'active']);
    expect(await statusOf('/hub/sign-in')).toBe('200');
  });

  test('keep the keys from hub and proxy, the database from connector and proxy, and the network from the hub', async () => {
    await machine.run('systemctl', 'restart', 'juhub-connector', 'juhub-proxy');
    const look = async (unit: Unit, path: string) =>
      (await inside(unit, 'ls', path)).stdout.split('\n').filter(Boolean);
    expect(await look('juhub-connector', '/etc/juhub/keys')).toEqual(['id_ed25519', 'id_ed25519.pub']);
    expect(await look('juhub-hub', '/etc/juhub/keys')).toEqual([]);
    expect(await look('juhub-proxy', '/etc/juhub/keys')).toEqual([]);
    expect(await look('juhub-hub', '/var/lib/juhub-hub')).toContain('juhub.db');
    expect(await look('juhub-connector', '/var/lib/juhub-hub')).toEqual([]);
    expect(await look('juhub-proxy', '/var/lib/juhub-hub')).toEqual([]);
    for (const unit of ['juhub-connector', 'juhub-proxy'] as const) {
      expect((await inside(unit, 'cat', '/var/lib/juhub/gate-private.pem')).stdout).toBe('');
    }
    expect((await inside('juhub-hub', 'cat', '/var/lib/juhub/gate-private.pem')).stdout).toContain('PRIVATE KEY');
    expect((await inside('juhub-hub', 'curl', '-s', 'http://127.0.0.1:8000/')).exitCode).not.toBe(0);
  });

  test('say in one line what is wrong, and again when all is well', async () => {
    await Promise.all(UNITS.map((unit) => beImpatient(unit)));
    await machine.run('systemctl', 'stop', 'juhub-connector');
    await machine.until('the hub says so', async () => /connector/.test(await show('juhub-hub', 'StatusText')));
    expect(await show('juhub-hub', 'ActiveState')).toBe('active');
    await machine.run('systemctl', 'start', 'juhub-connector');
    await machine.until('the hub says so', async () => !/connector/.test(await show('juhub-hub', 'StatusText')));
  });

  test.each(UNITS)('%s is started anew when it hangs', async (unit) => {
    const pid = await pidOf(unit);
    await machine.run('kill', '-STOP', pid);
    await untilAnew(unit, pid);
    await machine.until('the sign-in page is back', async () => (await statusOf('/hub/sign-in')) === '200');
  });

  test.each(UNITS)('%s is started anew when it is killed (kill -9)', async (unit) => {
    const pid = await pidOf(unit);
    await machine.run('kill', '-KILL', pid);
    await untilAnew(unit, pid);
    await machine.until('the sign-in page is back', async () => (await statusOf('/hub/sign-in')) === '200');
  });

  test('end in order when they are stopped', async () => {
    await machine.run('systemctl', 'stop', ...UNITS);
    for (const unit of UNITS) {
      expect([unit, await show(unit, 'ActiveState'), await show(unit, 'Result')]).toEqual([
        unit,
        'inactive',
        'success',
      ]);
    }
  });

  test('let the proxy speak HTTPS on ports that systemd opened, with a key that hub and connector do not see', async () => {
    await machine.run('install', '-d', ...OWNED, '-m', '700', '/etc/juhub/tls');
    await putCertificate('server');
    await machine.run('sh', '-c', TAKE_TLS);
    await machine.run('systemctl', 'stop', 'juhub-proxy');
    const ask = async (url: string) =>
      (
        await machine.try(
          ...['curl', '-s', '-o', '/dev/null', '--cacert', `${FIXTURES}/ca.pem`],
          ...['-w', '%{http_code} HTTP/%{http_version} %{redirect_url}', url],
        )
      ).stdout.trim();
    // The ports are open without the proxy; the first visitor starts it.
    expect(await ask('https://localhost/hub/sign-in')).toBe('200 HTTP/2');
    expect(await ask('http://localhost/hub/home')).toBe('301 HTTP/1.1 https://localhost/hub/home');
    const look = async (unit: Unit) => (await inside(unit, 'ls', '/etc/juhub/tls')).stdout.trim();
    expect(await look('juhub-proxy')).toBe('fullchain.pem\nprivkey.pem');
    expect([await look('juhub-hub'), await look('juhub-connector')]).toEqual(['', '']);
  });

  test('have the proxy show a renewed certificate on systemctl reload, without a restart', async () => {
    const showSubject = async () =>
      (await machine.run('sh', '-c', 'openssl s_client -connect localhost:443 </dev/null 2>&1 | grep ^subject')).trim();
    expect(await showSubject()).toBe('subject=CN = server');
    const pid = await pidOf('juhub-proxy');
    await putCertificate('client');
    await machine.run('systemctl', 'reload', 'juhub-proxy');
    await machine.until('the new one is shown', async () => (await showSubject()) === 'subject=CN = client');
    expect(await pidOf('juhub-proxy')).toBe(pid);
    expect(await show('juhub-proxy', 'ActiveState')).toBe('active');
  });

  async function putCertificate(name: string): Promise<void> {
    for (const as of ['fullchain.pem', 'privkey.pem']) {
      const target = `/etc/juhub/tls/${as}`;
      await machine.run('install', ...OWNED, '-m', '600', `${FIXTURES}/${name}.pem`, target);
    }
  }

  async function beImpatient(unit: Unit): Promise<void> {
    const folder = `/etc/systemd/system/${unit}.service.d`;
    await machine.run('sh', '-c', `mkdir -p ${folder} && printf '%s' "$0" > ${folder}/impatient.conf`, IMPATIENT);
    await machine.run('systemctl', 'daemon-reload');
    await machine.run('systemctl', 'restart', unit);
  }
});
