import { createHash, X509Certificate } from 'node:crypto';
import type { ProxyLogger } from '../proxy-logger.js';
import { describeCertificateEnd } from './certificate-end.js';
import { type KeyPair, type KeyPairFiles, readKeyPair, readTlsFile, type TlsFile } from './tls-files.js';

/** The files of a certificate that renews itself; the passphrase of the key may be in a third one. */
export interface KeptCertificateFiles extends KeyPairFiles {
  readonly passphraseFile?: TlsFile;
}

/** Reads a pair whose passphrase is in a file. Throws `TlsFileError`. */
export function readKeptPair(files: KeptCertificateFiles): KeyPair {
  const { passphraseFile } = files;
  return readKeyPair(
    files,
    passphraseFile &&
      readTlsFile(passphraseFile)
        .toString('utf8')
        .replace(/\r?\n$/, ''),
  );
}

const lookEveryMs = 10_000;

/**
 * A certificate and its key, read again when their files change. Their content is looked at, not their dates: ACME clients
 * turn a symbolic link, others copy or rename. Files that cannot be used are said in the log once, and the pair of before
 * stays.
 */
export class KeptCertificate {
  readonly #files: KeptCertificateFiles;
  readonly #log: ProxyLogger;
  #pair: KeyPair;
  /** Of the content that was tried last, or why there was none. */
  #tried: string;
  #saidEnd: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Reads the files. Throws `TlsFileError`. */
  constructor(files: KeptCertificateFiles, log: ProxyLogger) {
    this.#files = files;
    this.#log = log;
    this.#tried = this.#readContent();
    this.#pair = readKeptPair(this.#files);
    this.#sayEnd();
  }

  /** What counts now. */
  get pair(): KeyPair {
    return this.#pair;
  }

  /** In words, when the certificate has ended or does so soon; nothing where all is well. */
  findTrouble(): string | undefined {
    return describeCertificateEnd(new X509Certificate(this.#pair.cert));
  }

  /** From now on looks at the files every few seconds, and hands over each new pair. */
  watch(onRenewed: (pair: KeyPair) => void, everyMs = lookEveryMs): void {
    this.stop();
    this.#timer = setInterval(() => {
      this.#sayEnd();
      if (this.#readContent() !== this.#tried) this.readAgain(onRenewed);
    }, everyMs).unref();
  }

  /** Reads the files at once, changed or not. */
  readAgain(onRenewed: (pair: KeyPair) => void): void {
    const { certificate } = this.#files;
    this.#tried = this.#readContent();
    try {
      const pair = readKeptPair(this.#files);
      onRenewed(pair);
      this.#pair = pair;
      const { subject, validTo } = new X509Certificate(pair.cert);
      this.#log.info({ certificate: certificate.path, subject, validTo }, 'The certificate was read again');
      this.#sayEnd();
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      this.#log.error({ cause }, 'The certificate could not be read again; the one of before stays');
    }
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #readContent(): string {
    const { certificate, key, passphraseFile } = this.#files;
    const hash = createHash('sha256');
    try {
      for (const file of [certificate, key, passphraseFile]) hash.update(file ? readTlsFile(file) : '').update('\0');
      return hash.digest('hex');
    } catch (error) {
      return String(error);
    }
  }

  /** The words count the days: they are said once a day. */
  #sayEnd(): void {
    const trouble = this.findTrouble();
    if (trouble === this.#saidEnd) return;
    this.#saidEnd = trouble;
    if (trouble !== undefined) this.#log.warn({ certificate: this.#files.certificate.path }, `Renew it: ${trouble}`);
  }
}
