import { randomBytes } from 'node:crypto';
import type { SiteRun } from '../sites/site.js';

const TIMEOUT_MS = 20_000;
/** What of a log is kept in the database and shown: the end says why. */
const LOG_TAIL_BYTES = 16_384;

/** The folder of a server under its user's home on the site. */
export function folderOf(serverId: string): string {
  return `.juhub/servers/${serverId}`;
}

/** A secret that opens one server: 64 hex characters, from the system's random source. */
export function makeSecret(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Makes the server's folder (0700) and writes its secret (0600). The secret travels on standard input, so that it
 * stands in no argv. Safe to repeat.
 *
 * @throws when the folder cannot be written (a full quota, a read-only home), with the site's own words
 */
export async function prepareFolder(run: SiteRun, serverId: string, secret: string): Promise<void> {
  const script =
    'umask 077 && cd "$HOME" && mkdir -p "$1" && chmod 700 "$1" && cat > "$1/secret.tmp" && mv "$1/secret.tmp" "$1/secret"';
  const answer = await run({
    argv: ['sh', '-c', script, 'juhub', folderOf(serverId)],
    stdin: secret,
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.exitCode !== 0) {
    throw new FolderError(
      `The home folder on the cluster cannot be written: ${answer.stderr.trim() || 'no reason given'}`,
    );
  }
}

/** The end of the server's log, without its secret; empty where there is no log. */
export async function readLogTail(run: SiteRun, serverId: string, secret: string | null): Promise<string> {
  const answer = await run({
    argv: [
      'sh',
      '-c',
      'tail -c "$2" "$HOME/$1/log" 2>/dev/null || true',
      'juhub',
      folderOf(serverId),
      String(LOG_TAIL_BYTES),
    ],
    timeoutMs: TIMEOUT_MS,
  });
  const text = secret ? answer.stdout.replaceAll(secret, '…') : answer.stdout;
  return text.replaceAll('\0', '');
}

/** Why the job script says it could not start its program (its file `failed`); undefined where it says nothing. */
export async function readFailure(run: SiteRun, serverId: string): Promise<string | undefined> {
  const answer = await run({
    argv: ['sh', '-c', 'head -c 4096 "$HOME/$1/failed" 2>/dev/null || true', 'juhub', folderOf(serverId)],
    timeoutMs: TIMEOUT_MS,
  });
  try {
    const parsed: unknown = JSON.parse(answer.stdout);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string') {
      return parsed.message;
    }
  } catch {
    // No such file, or one that its owner changed: it explains nothing.
  }
  return undefined;
}

/** Removes the server's folder; one that is gone already is no error. */
export async function removeFolder(run: SiteRun, serverId: string): Promise<void> {
  const answer = await run({
    argv: ['sh', '-c', 'rm -rf -- "$HOME/$1"', 'juhub', folderOf(serverId)],
    timeoutMs: TIMEOUT_MS,
  });
  if (answer.exitCode !== 0) {
    throw new FolderError(`The server's folder could not be removed: ${answer.stderr.trim()}`);
  }
}

/** The site refused to keep a server's files; not worth a retry without somebody looking. */
export class FolderError extends Error {
  readonly code = 'folder';
  readonly transient = false;

  constructor(message: string) {
    super(message);
    this.name = 'FolderError';
  }
}
