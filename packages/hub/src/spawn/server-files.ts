import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { SiteRun } from '../sites/site.js';
import { cleanLog } from './clean-log.js';

const TIMEOUT_MS = 20_000;
/** What of a log is kept in the database and shown: the end says why. */
const LOG_TAIL_BYTES = 16_384;

/** The folder of a server under its user's home on the site. */
export function folderOf(serverId: string): string {
  return `.juhub/servers/${serverId}`;
}

/** How many folders of one account are looked at in one go. */
const FOLDERS_AT_ONCE = 500;

/** The ids of the servers that have a folder in the account's home. @throws when the home cannot be read */
export async function listFolders(run: SiteRun): Promise<string[]> {
  const script =
    'cd "$HOME" || exit 1; [ -e "$1" ] || exit 0; cd "$1" && names=$(ls) && printf "%s\\n" "$names" | head -n "$2"';
  const argv = ['sh', '-c', script, 'juhub', path.dirname(folderOf('any')), String(FOLDERS_AT_ONCE)];
  const answer = await run({ argv, timeoutMs: TIMEOUT_MS });
  if (answer.exitCode !== 0) {
    throw new FolderError(`The folders of servers cannot be listed: ${answer.stderr.trim()}`);
  }
  return answer.stdout.split('\n').filter((name) => /^[0-9a-f]{16}$/.test(name));
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

/** The end of the server's log as cleanLog leaves it; empty where there is no log. What is no plain file is left alone. */
export async function readLogTail(run: SiteRun, serverId: string, secret: string | null): Promise<string> {
  const script = 'cd "$HOME/$1" 2>/dev/null && [ -f log ] && tail -c "$2" log 2>/dev/null || true';
  const answer = await run({
    argv: ['sh', '-c', script, 'juhub', folderOf(serverId), String(LOG_TAIL_BYTES)],
    timeoutMs: TIMEOUT_MS,
  });
  return cleanLog(answer.stdout, secret, Buffer.byteLength(answer.stdout) >= LOG_TAIL_BYTES);
}

/** What a job script left word of at its end. */
export interface EndNotes {
  /** Why it could not start its program, in words (its file `failed`). */
  readonly failure?: string;
  /** True when it ended the server itself, because its run time was nearly over (its file `ended`). */
  readonly isWallTime?: boolean;
}

/** Reads the notes that the job script left; files that are missing, or that their owner changed, say nothing. */
export async function readEndNotes(run: SiteRun, serverId: string): Promise<EndNotes> {
  const script =
    'cd "$HOME/$1" 2>/dev/null || exit 0; for f in failed ended; do head -c 4096 "$f" 2>/dev/null | tr -d "\\n"; echo; done';
  const answer = await run({ argv: ['sh', '-c', script, 'juhub', folderOf(serverId)], timeoutMs: TIMEOUT_MS });
  const [failed = '', ended = ''] = answer.stdout.split('\n');
  const failure = readKey(failed, 'message');
  return {
    ...(failure === undefined ? {} : { failure }),
    ...(readKey(ended, 'reason') === 'wall-time' ? { isWallTime: true } : {}),
  };
}

function readKey(text: string, key: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
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
