import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** A file for TLS, under the name of the setting or option that the person who gave it knows. */
export interface TlsFile {
  readonly name: string;
  readonly path: string;
}

/** A file that cannot be used; the message begins with its setting and its path, and says why. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError';

  constructor(
    readonly file: TlsFile,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${file.name}: ${file.path} ${why}`, options);
  }
}

/** What a server shows of itself, as `tls.createServer` takes it; no version before TLS 1.2. */
export interface KeyPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly passphrase?: string;
  readonly minVersion: 'TLSv1.2';
  readonly honorCipherOrder: true;
}

/** Where a key pair is: the certificate with its chain and the private key, both in PEM. */
export interface KeyPairFiles {
  readonly certificate: TlsFile;
  readonly key: TlsFile;
}

/** Reads a file whole. Throws `TlsFileError`. */
export function readTlsFile(file: TlsFile): Buffer {
  try {
    return readFileSync(file.path);
  } catch (cause) {
    throw new TlsFileError(file, `cannot be read: ${sayUnreadable(cause as NodeJS.ErrnoException)}`, { cause });
  }
}

/** Reads a certificate and its key, and looks whether they belong together. Throws `TlsFileError`. */
export function readKeyPair(files: KeyPairFiles, passphrase: string | undefined): KeyPair {
  const [cert, key] = [readTlsFile(files.certificate), readTlsFile(files.key)];
  const locked = passphrase === undefined ? {} : { passphrase };
  const certificate = parse(files.certificate, 'holds no certificate in PEM', () => {
    createSecureContext({ cert }); // unlike X509Certificate it takes PEM alone, and looks at the whole chain
    return new X509Certificate(cert);
  });
  const privateKey = parse(files.key, sayKeyFault(key, passphrase), () => createPrivateKey({ key, ...locked }));
  if (!certificate.checkPrivateKey(privateKey)) {
    const { name, path } = files.certificate;
    throw new TlsFileError(files.key, `is not the key of the first certificate in ${path} (${name})`);
  }
  const pair: KeyPair = { cert, key, ...locked, minVersion: 'TLSv1.2', honorCipherOrder: true };
  parse(files.certificate, 'cannot be used', () => createSecureContext(pair));
  return pair;
}

function sayKeyFault(key: Buffer, passphrase: string | undefined): string {
  if (!key.includes('ENCRYPTED')) return 'holds no private key in PEM';
  return passphrase === undefined ? 'is locked, and no passphrase is given' : 'is not opened by the passphrase given';
}

function parse<T>(file: TlsFile, fault: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TlsFileError(file, `${fault}: ${(cause as Error).message}`, { cause });
  }
}

function sayUnreadable({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'this account may not read it, or may not enter a folder above it';
    default:
      return message;
  }
}
