import pino from 'pino';
import type { LogLevel } from '../config/config.js';
import type { Log } from '../log.js';
import type { PartName } from '../part-name.js';

/** What may never be written, wherever in an object it stands. Nothing of ours logs it; this is the second lock. */
const SECRETS = ['secret', 'password', 'token', 'authorization', 'cookie', 'requestHeaders'];

/** A log to standard error, one JSON object a line, that names its process and blots out secrets. */
export function createLog(part: PartName, level: LogLevel): Log {
  const paths = SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return pino(
    { level, base: { part, pid: process.pid }, redact: { paths, censor: '…' } },
    pino.destination({ dest: 2, sync: true }),
  );
}
