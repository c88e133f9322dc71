import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { ConnectorError, readMessage } from '../connector-error.js';

/** Parsed keys by the digest of file and passphrase: reading an encrypted key takes 300 ms of CPU. */
const parsedKeys = new Map<string, ParsedKey>();

/**
 * Reads a private key. Each content is parsed once.
 * @throws ConnectorError `key-file` when a file cannot be read, others than its owner may read it, it holds no private
 *   key, or the passphrase does not open it
 */
export async function loadPrivateKey(file: string, passphraseFile: string | undefined): Promise<ParsedKey> {
  const content = await readSecretFile(file, 'private key');
  const passphrase =
    passphraseFile === undefined
      ? undefined
      : (await readSecretFile(passphraseFile, 'passphrase')).replace(/\r?\n$/, '');
  const digest = createHash('sha256')
    .update(JSON.stringify([file, content, passphrase]))
    .digest('hex');
  const parsed = parsedKeys.get(digest) ?? parsePrivateKey(file, content, passphrase);
  parsedKeys.set(digest, parsed);
  return parsed;
}

function parsePrivateKey(file: string, content: string, passphrase: string | undefined): ParsedKey {
  const parsed: ParsedKey | Error | ParsedKey[] = ssh2.utils.parseKey(content, passphrase);
  if (parsed instanceof Error) {
    throw new ConnectorError('key-file', `The private key ${file} cannot be used: ${parsed.message}`, {
      cause: parsed,
    });
  }
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key?.isPrivateKey()) {
    throw new ConnectorError('key-file', `The file ${file} holds no private key (is it the public half, .pub?).`);
  }
  return key;
}

async function readSecretFile(file: string, what: string): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { mode } = await handle.stat();
    // Asked of the open file, so that nobody can put another one in its place in between.
    if ((mode & 0o077) !== 0) throw makeTooOpenError(file, what, mode);
    return await handle.readFile('utf8');
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    throw new ConnectorError('key-file', `The ${what} ${file} cannot be read: ${readMessage(error)}`, { cause: error });
  } finally {
    await handle?.close();
  }
}

function makeTooOpenError(file: string, what: string, mode: number): ConnectorError {
  const rights = (mode & 0o777).toString(8).padStart(4, '0');
  return new ConnectorError(
    'key-file',
    `The ${what} ${file} may be read or written by others (mode ${rights}); it is not used. Run: chmod 600 ${file}`,
  );
}
