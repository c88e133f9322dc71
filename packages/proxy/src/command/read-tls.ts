import type { SecureVersion, TlsOptions } from 'node:tls';
import { readKeyPair, readTlsFile } from '../tls/tls-files.js';
import type { TargetTls } from '../upstream/target-tls.js';
import { CommandError } from './command-error.js';
import type { CommandOptions } from './options.js';

/** The words of `--ssl-protocol`, also those of OpenSSL's methods, for the versions that are still safe. */
const versions: Readonly<Record<string, SecureVersion>> = {
  'TLSv1.2': 'TLSv1.2',
  TLSv1_2: 'TLSv1.2',
  'TLSv1.3': 'TLSv1.3',
  TLSv1_3: 'TLSv1.3',
};

/** What the public side presents; nothing without a certificate. Throws `CommandError`, `TlsFileError`. */
export function readPublicTls(options: CommandOptions, environment: NodeJS.ProcessEnv): TlsOptions | undefined {
  return readServerTls('--ssl', options, {
    ...{ key: options.sslKey, cert: options.sslCert, ca: options.sslCa },
    passphrase: environment.CONFIGPROXY_SSL_KEY_PASSPHRASE,
    requestCert: options.sslRequestCert,
  });
}

/** The same for the REST API. Throws `CommandError`, `TlsFileError`. */
export function readApiTls(options: CommandOptions, environment: NodeJS.ProcessEnv): TlsOptions | undefined {
  return readServerTls('--api-ssl', options, {
    ...{ key: options.apiSslKey, cert: options.apiSslCert, ca: options.apiSslCa },
    passphrase: environment.CONFIGPROXY_API_SSL_KEY_PASSPHRASE,
    requestCert: options.apiSslRequestCert,
  });
}

/** What targets of https are shown and whom the proxy believes about them. Throws `CommandError`, `TlsFileError`. */
export function readTargetTls(options: CommandOptions, environment: NodeJS.ProcessEnv): TargetTls {
  const { clientSslKey: key, clientSslCert: cert, clientSslCa: ca } = options;
  checkPair('--client-ssl', key, cert);
  const passphrase = environment.CONFIGPROXY_CLIENT_SSL_KEY_PASSPHRASE;
  return {
    ...(ca === undefined ? {} : { ca: readFile('--client-ssl-ca', ca) }),
    ...(key === undefined ? {} : { key: readFile('--client-ssl-key', key) }),
    ...(cert === undefined ? {} : { cert: readFile('--client-ssl-cert', cert) }),
    ...(passphrase === undefined ? {} : { passphrase }),
    rejectUnauthorized: options.insecure !== true,
  };
}

interface ServerFiles {
  key: string | undefined;
  cert: string | undefined;
  ca: string | undefined;
  passphrase: string | undefined;
  requestCert: boolean | undefined;
}

function readServerTls(prefix: string, options: CommandOptions, files: ServerFiles): TlsOptions | undefined {
  const { key, cert, ca, passphrase, requestCert = false } = files;
  checkPair(prefix, key, cert);
  if (key === undefined || cert === undefined) {
    if (ca !== undefined || requestCert) {
      throw new CommandError(`${prefix}-ca and ${prefix}-request-cert need ${prefix}-key and ${prefix}-cert.`);
    }
    return undefined;
  }
  return {
    ...readKeyPair(
      { certificate: { name: `${prefix}-cert`, path: cert }, key: { name: `${prefix}-key`, path: key } },
      passphrase,
    ),
    ...(ca === undefined ? {} : { ca: readFile(`${prefix}-ca`, ca) }),
    requestCert,
    // As configurable-http-proxy does without --ssl-reject-unauthorized, too: nobody asks in order to let everybody in.
    rejectUnauthorized: requestCert,
    ...readCommonTls(options),
  };
}

function readCommonTls({ sslProtocol, sslCiphers, sslDhparam }: CommandOptions): TlsOptions {
  const version = sslProtocol === undefined ? undefined : versions[sslProtocol];
  if (sslProtocol !== undefined && version === undefined) {
    throw new CommandError(
      '--ssl-protocol is TLSv1.2 or TLSv1.3; older versions are left out because they are broken.',
    );
  }
  return {
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(sslCiphers === undefined ? {} : { ciphers: sslCiphers }),
    ...(sslDhparam === undefined ? {} : { dhparam: readFile('--ssl-dhparam', sslDhparam) }),
  };
}

function checkPair(prefix: string, key: string | undefined, cert: string | undefined): void {
  if ((key === undefined) !== (cert === undefined)) {
    throw new CommandError(`${prefix}-key and ${prefix}-cert belong together; only one of them was given.`);
  }
}

function readFile(name: string, path: string): Buffer {
  return readTlsFile({ name, path });
}
