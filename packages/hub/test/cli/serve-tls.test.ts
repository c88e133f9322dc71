import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { askStatus } from '../../src/status/ask-status.js';
import type { Health } from '../../src/status/open-status.js';
import { runJuhub } from './run-juhub.js';
import { findPort, makeServingFolder, startServing } from './serving.js';

/** A certificate with its key in one file; `server` and `client`, both for localhost, are signed by `ca`. */
const fixture = (name: string) => new URL(`../../../proxy/test/fixtures/${name}`, import.meta.url).pathname;
const ca = readFileSync(fixture('ca.pem'));

/** Opens sockets and starts a program with them at the first connection, as systemd does. */
const ACTIVATE = '/usr/bin/systemd-socket-activate';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

let folder: string;
let port: number;
let redirectPort: number;

beforeEach(async () => {
  folder = makeServingFolder();
  [port, redirectPort] = [await findPort(), await findPort()];
  const tls = 'tls: {certificate: ./certificate.pem, key: ./key.pem}';
  writeFileSync(
    join(folder, 'juhub.yaml'),
    `public: {url: 'https://localhost:${port}', listen: '127.0.0.1:${port}', redirect: '127.0.0.1:${redirectPort}', ${tls}}
sites: [{name: here, kind: local}]
`,
  );
  put('server.pem', 'certificate.pem');
  put('server.pem', 'key.pem');
});

/** As a client that renews certificates does: the new file under another name, then the link turned. */
function put(name: string, as: string): void {
  const next = join(folder, `next-${as}`);
  symlinkSync(fixture(name), next);
  renameSync(next, join(folder, as));
}

/** A new connection; whose certificate it was shown. */
async function readPeerName(): Promise<unknown> {
  const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' });
  await once(socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

async function openHttp2(): Promise<ClientHttp2Session> {
  const session = connectHttp2(`https://localhost:${port}`, { ca, host: '127.0.0.1' });
  onTestFinished(() => session.destroy());
  await once(session, 'connect');
  return session;
}

async function ask(session: ClientHttp2Session, path: string) {
  const stream = session.request({ ':path': path });
  const [headers] = await once(stream, 'response');
  return { headers, body: await text(stream) };
}

describe('juhub serve with public.tls', { timeout: 60_000 }, () => {
  it('speaks HTTP/2 and HTTP/1.1 over TLS, with Secure cookies, and sends plain HTTP there', async () => {
    const { waitFor } = startServing(folder);
    expect(await waitFor(/juhub is ready/)).toBe(`juhub is ready at https://localhost:${port}`);
    const session = await openHttp2();
    expect((session.socket as TLSSocket).alpnProtocol).toBe('h2');
    const { headers, body } = await ask(session, '/hub/sign-in');
    expect(headers[':status']).toBe(200);
    expect(body).toContain('<h1 id="sign-in-title">Sign in</h1>');
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/^juhub-xsrf=.*; Secure/)]);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');

    const old = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' });
    old.write('GET /hub/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await text(old)).toMatch(/^HTTP\/1.1 200 OK\r\n/);

    const plain = request({ host: '127.0.0.1', port: redirectPort, path: '/hub/start?site=here' }).end();
    const [redirect] = await once(plain, 'response');
    expect([redirect.statusCode, redirect.headers.location]).toEqual([
      301,
      `https://localhost:${port}/hub/start?site=here`,
    ]);
    await expect(
      fetch(`http://127.0.0.1:${port}/hub/health`),
      'plain HTTP on the port of HTTPS is not answered',
    ).rejects.toThrow();
  });

  it('shows a renewed certificate when SIGHUP asks for it, a broken one never, and open connections go on', async () => {
    const { child, waitFor } = startServing(folder);
    await waitFor(/juhub is ready/);
    const session = await openHttp2();
    expect(await readPeerName()).toBe('server');

    put('client.pem', 'certificate.pem');
    put('client.pem', 'key.pem');
    child.kill('SIGHUP');
    expect(JSON.parse(await waitFor(/The certificate was read again/))).toMatchObject({ subject: 'CN=client' });
    expect(await readPeerName()).toBe('client');

    rmSync(join(folder, 'key.pem'));
    writeFileSync(join(folder, 'key.pem'), 'half a file');
    child.kill('SIGHUP');
    expect(JSON.parse(await waitFor(/holds no private key in PEM/))).toMatchObject({
      level: 50,
      cause: expect.stringContaining(`public.tls.key: ${join(folder, 'key.pem')} `),
      msg: 'The certificate could not be read again; the one of before stays',
    });
    expect(await readPeerName()).toBe('client');
    expect((await ask(session, '/hub/health')).headers[':status']).toBe(200);
    expect(session.destroyed).toBe(false);
  });

  it('finds a renewed certificate by itself', async () => {
    const { waitFor } = startServing(folder);
    await waitFor(/juhub is ready/);
    put('client.pem', 'certificate.pem');
    put('client.pem', 'key.pem');
    // Where it looks between the two, it says first that they do not fit.
    await waitFor(/The certificate was read again/);
    expect(await readPeerName()).toBe('client');
  });

  it.skipIf(!existsSync(ACTIVATE))('listens on sockets that systemd has opened (fd:3 and fd:4)', async () => {
    const file = join(folder, 'juhub.yaml');
    const asked = [`'127.0.0.1:${port}'`, `'127.0.0.1:${redirectPort}'`];
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace(asked[0] ?? '', 'fd:3')
        .replace(asked[1] ?? '', 'fd:4'),
    );
    const sockets = [port, redirectPort].flatMap((each) => ['--listen', `127.0.0.1:${each}`]);
    const { waitFor } = startServing(folder, [], [ACTIVATE, ...sockets]);
    await waitFor(/Listening on 127.0.0.1:\d+ as 4/);
    // The first connection starts it, and waits until it is served.
    expect(await readPeerName()).toBe('server');
    const redirect = await fetch(`http://127.0.0.1:${redirectPort}/hub/home`, { redirect: 'manual' });
    expect(redirect.headers.get('location')).toBe(`https://localhost:${port}/hub/home`);
  });

  it.skipIf(!hasOpenssl)('says in its log and in the health that its certificate ends soon', async () => {
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
    for (const name of ['key.pem', 'certificate.pem']) {
      rmSync(join(folder, name));
    }
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost'];
    execFileSync('openssl', ['req', '-x509', '-days', '5', ...kind, ...files], { stdio: 'ignore' });
    const { waitFor } = startServing(folder);
    await waitFor(/juhub is ready/);
    const words = /the certificate ends on \d{4}-\d\d-\d\d, in 4 days/;
    expect(JSON.parse(await waitFor(words))).toMatchObject({ level: 40, part: 'proxy' });
    const health = await askStatus<Health>(join(folder, 'state/hub-status.sock'), '/health');
    expect(health).toMatchObject({
      status: 'troubled',
      troubles: [{ what: 'certificate', message: expect.stringMatching(words), isFatal: false }],
    });
  });

  it('does not start with a key of another certificate, and says so', async () => {
    put('client.pem', 'key.pem');
    const end = await runJuhub(['serve'], folder);
    expect(end.exitCode).toBe(1);
    expect(end.stderr).toContain(
      `juhub: public.tls.key: ${join(folder, 'key.pem')} is not the key of the first certificate in `,
    );
    expect(end.stderr).toContain('juhub: The proxy could not be started: exit code 1.');
    expect(end.stderr).not.toContain('    at ');
  });

  it('says which of its two addresses is taken', async () => {
    const other = createServer().listen(redirectPort, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    expect((await runJuhub(['serve'], folder)).stderr).toContain(
      `juhub: Another program listens on 127.0.0.1:${redirectPort}. Stop it, or choose another public.redirect.`,
    );
  });
});
