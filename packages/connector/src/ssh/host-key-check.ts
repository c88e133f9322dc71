import { readFile } from 'node:fs/promises';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { ConnectorError, readMessage } from '../connector-error.js';
import { findKnownHosts, formatFingerprint, type KnownHost, parseKnownHosts, readKeyType } from './known-hosts.js';

/** What to ask of a host's key, by type of the key: RSA with SHA-2 only (RFC 8332). */
const algorithmsOfType: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** The keys that one host may show, as one known_hosts file says. */
export class HostKeyCheck {
  readonly #file: string;
  readonly #host: string;
  readonly #port: number;
  readonly #entries: readonly KnownHost[];

  constructor(file: string, text: string, host: string, port: number) {
    this.#file = file;
    this.#host = host;
    this.#port = port;
    this.#entries = findKnownHosts(parseKnownHosts(text), host, port);
  }

  /**
   * Reads the file anew, so that a mended file counts at the next attempt.
   * @throws ConnectorError `host-key` when it cannot be read
   */
  static async load(file: string, host: string, port: number): Promise<HostKeyCheck> {
    try {
      return new HostKeyCheck(file, await readFile(file, 'utf8'), host, port);
    } catch (error) {
      const message = `The file of known host keys cannot be read: ${readMessage(error)}. Without it no host is trusted.`;
      throw new ConnectorError('host-key', message, { cause: error });
    }
  }

  /** Algorithms to ask for: those of the keys that are known come first, so that a host shows the key that we know. */
  get algorithms(): ServerHostKeyAlgorithm[] {
    const known = this.#trusted.map((entry) => entry.keyType);
    const types = [...new Set([...known, ...Object.keys(algorithmsOfType)])];
    return types.flatMap((type) => algorithmsOfType[type] ?? []);
  }

  /** Why the key is not to be trusted; undefined when it is. */
  explainRefusal(key: Buffer): ConnectorError | undefined {
    const revoked = this.#entries.find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
    if (revoked) {
      return this.#refuse(
        key,
        `is revoked in line ${revoked.line} of ${this.#file}. Whoever shows it may be an impostor.`,
      );
    }
    if (this.#trusted.some((entry) => entry.key.equals(key))) return undefined;
    const lines = this.#trusted.map((entry) => `line ${entry.line} ${entry.keyType} ${formatFingerprint(entry.key)}`);
    if (lines.length > 0) {
      return this.#refuse(
        key,
        `is not the one in ${this.#file} (${lines.join('; ')}). Either the host was set up anew or somebody stands in ` +
          `between: ask the site which fingerprint is right, and only then replace the line.`,
      );
    }
    return this.#refuse(key, `is not in ${this.#file}.${this.#explainIgnored()} ${this.#explainAdding(key)}`);
  }

  get #trusted(): KnownHost[] {
    return this.#entries.filter((entry) => entry.marker === undefined);
  }

  #refuse(key: Buffer, what: string): ConnectorError {
    const shown = `${readKeyType(key)} ${formatFingerprint(key)}`;
    return new ConnectorError('host-key', `The host key of ${this.#host}:${this.#port} (${shown}) ${what}`);
  }

  #explainIgnored(): string {
    const authority = this.#entries.find((entry) => entry.marker === 'cert-authority');
    if (!authority) return '';
    return ` Line ${authority.line} (@cert-authority) does not help: host certificates are not supported, the key itself must be listed.`;
  }

  #explainAdding(key: Buffer): string {
    const name = this.#port === 22 ? this.#host : `[${this.#host}]:${this.#port}`;
    const line = `${name} ${readKeyType(key)} ${key.toString('base64')}`;
    return `Compare the fingerprint with the one that the site publishes; if it is the same, add the line: ${line}`;
  }
}
