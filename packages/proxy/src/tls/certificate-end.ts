import type { X509Certificate } from 'node:crypto';

const dayMs = 24 * 60 * 60 * 1000;
const warnWithinDays = 14;

/** In words, when a certificate has ended, ends within two weeks, or does not count yet; nothing where all is well. */
export function describeCertificateEnd(certificate: X509Certificate, nowMs = Date.now()): string | undefined {
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (nowMs < fromMs) return `the certificate counts only from ${writeDay(fromMs)} on`;
  if (nowMs > toMs) return `the certificate has ended on ${writeDay(toMs)}: browsers refuse it`;
  const days = Math.floor((toMs - nowMs) / dayMs);
  if (days >= warnWithinDays) return undefined;
  return `the certificate ends on ${writeDay(toMs)}, in ${days} ${days === 1 ? 'day' : 'days'}`;
}

function writeDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
