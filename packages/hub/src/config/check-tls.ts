import { X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { describeCertificateEnd, type KeptCertificateFiles, readKeptPair, TlsFileError } from '@juhub/proxy';
import type { PublicAddress, TlsConfig } from './config.js';
import type { ConfigProblem } from './config-error.js';
import type { ReadSettings } from './read-settings.js';

const OTHERS_READ = 0o004;

type ProblemAt = ReadSettings<unknown>['problemAt'];

/** The files of the proxy's certificate, under the names of their settings. */
export function nameTlsFiles({ certificate, key, passphraseFile }: TlsConfig): KeptCertificateFiles {
  return {
    certificate: { name: 'public.tls.certificate', path: certificate },
    key: { name: 'public.tls.key', path: key },
    ...(passphraseFile === undefined
      ? {}
      : { passphraseFile: { name: 'public.tls.passphraseFile', path: passphraseFile } }),
  };
}

/** Why the proxy could not start with its certificate: a file that cannot be read, is not PEM, or does not fit. */
export function findTlsProblems({ tls }: PublicAddress, problemAt: ProblemAt): ConfigProblem[] {
  if (tls === undefined) {
    return [];
  }
  try {
    readKeptPair(nameTlsFiles(tls));
    return [];
  } catch (error) {
    if (!(error instanceof TlsFileError)) {
      throw error;
    }
    return [problemAt(error.file.name.split('.'), error.message)];
  }
}

/**
 * Why browsers might not believe a certificate that can be used (it is not for this address, or it ends), and whether
 * strangers on this machine could take its key.
 */
export function findTlsWarnings({ tls, url }: PublicAddress, problemAt: ProblemAt): ConfigProblem[] {
  if (tls === undefined) {
    return [];
  }
  const certificate = new X509Certificate(readKeptPair(nameTlsFiles(tls)).cert);
  const warnings: ConfigProblem[] = [];
  const say = (name: keyof TlsConfig, message: string) =>
    warnings.push(problemAt(['public', 'tls', name], `public.tls.${name}: ${message}`));
  const end = describeCertificateEnd(certificate);
  if (end !== undefined) {
    say('certificate', end);
  }
  const host = new URL(url).hostname.replaceAll(/[[\]]/g, '');
  if (!names(certificate, host)) {
    const named = certificate.subjectAltName ?? 'nothing (it has no subjectAltName)';
    say('certificate', `the certificate is not for ${host}, the host of public.url; it names ${named}`);
  }
  if ((statSync(tls.key).mode & OTHERS_READ) !== 0) {
    say('key', `everybody on this machine may read ${tls.key}; mend it with chmod o= ${tls.key}`);
  }
  return warnings;
}

/** As browsers judge it: by the subjectAltName alone. */
function names(certificate: X509Certificate, host: string): boolean {
  const found = isIP(host) === 0 ? certificate.checkHost(host, { subject: 'never' }) : certificate.checkIP(host);
  return found !== undefined;
}
