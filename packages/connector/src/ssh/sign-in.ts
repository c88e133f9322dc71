import type { Duplex } from 'node:stream';
import ssh2, { type AuthHandlerMiddleware, type CipherAlgorithm, type Client, type ParsedKey } from 'ssh2';
import { ConnectorError } from '../connector-error.js';
import type { DoStep } from './check-steps.js';
import type { HostKeyCheck } from './host-key-check.js';
import { formatHop, type SshHop } from './ssh-hop.js';

/** AES-GCM first: it is the fastest here, and both halves of it come from the CPU. */
const ciphers: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
];

/** What signing in to one machine takes, besides the stream to it. */
export interface SignInOptions {
  hop: SshHop;
  key: ParsedKey;
  hostKeys: HostKeyCheck;
  timeoutMs: number;
  keepaliveMs: number;
  signal: AbortSignal;
  doStep: DoStep;
}

/**
 * Signs in over an open stream. The client that comes back never throws an error event; when it is lost it emits `close`.
 * @throws ConnectorError `host-key`, `sign-in-refused`, `unreachable`, or the reason of the signal
 */
export async function signIn(stream: Duplex, options: SignInOptions): Promise<Client> {
  const { hop, doStep, signal } = options;
  const attempt = new SignInAttempt(stream, options);
  const abort = () => attempt.fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    const where = formatHop(hop);
    await doStep('host-key', where, 'The host showed the key that is known.', () => attempt.handshake);
    await doStep('sign-in', where, `${hop.user} is signed in.`, () => attempt.ready);
    return attempt.client;
  } catch (error) {
    attempt.client.destroy();
    stream.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

class SignInAttempt {
  readonly client: Client = new ssh2.Client();
  readonly handshake: Promise<void>;
  readonly ready: Promise<void>;
  readonly #options: SignInOptions;
  #refusal: ConnectorError | undefined;
  #stillAsked: string[] = [];
  fail: (error: unknown) => void = () => {};

  constructor(stream: Duplex, options: SignInOptions) {
    this.#options = options;
    const failed = new Promise<never>((_resolve, reject) => {
      this.fail = reject;
    });
    const shaken = new Promise<void>((resolve) => this.client.once('handshake', () => resolve()));
    const signedIn = new Promise<void>((resolve) => this.client.once('ready', () => resolve()));
    this.handshake = Promise.race([failed, shaken]);
    this.ready = Promise.race([failed, signedIn]);
    // Waited for only after the handshake.
    this.ready.catch(() => {});
    this.client.on('error', (error) => this.fail(this.#explain(error)));
    this.client.once('close', () => this.fail(this.#explain(new Error('the host closed the connection'))));
    this.#connect(stream);
  }

  #connect(stream: Duplex): void {
    const { hop, hostKeys, timeoutMs, keepaliveMs } = this.#options;
    this.client.connect({
      sock: stream,
      username: hop.user,
      readyTimeout: timeoutMs,
      keepaliveInterval: keepaliveMs,
      keepaliveCountMax: 3,
      algorithms: { cipher: ciphers, serverHostKey: hostKeys.algorithms },
      hostVerifier: (key: Buffer) => {
        this.#refusal = hostKeys.explainRefusal(key);
        return this.#refusal === undefined;
      },
      authHandler: this.#makeAuthHandler(),
    });
  }

  // The key and nothing else, without asking first what is allowed: one round trip less.
  #makeAuthHandler(): AuthHandlerMiddleware {
    const { hop, key } = this.#options;
    let tried = false;
    return (methodsLeft, partialSuccess, next) => {
      if (!tried) {
        tried = true;
        return next({ type: 'publickey', username: hop.user, key });
      }
      if (partialSuccess) this.#stillAsked = methodsLeft;
      // false means "no more methods"; the type declarations leave it out.
      return (next as unknown as (method: false) => void)(false);
    };
  }

  #explain(error: Error & { level?: string }): ConnectorError {
    if (this.#refusal) return this.#refusal;
    const where = formatHop(this.#options.hop);
    if (error.level === 'client-authentication') {
      const message = `${where} refuses the sign-in with the key ${this.#options.hop.privateKeyFile}. ${this.#advise()}`;
      return new ConnectorError('sign-in-refused', message, { cause: error });
    }
    return new ConnectorError('unreachable', `The SSH connection to ${where} failed: ${error.message}`, {
      cause: error,
    });
  }

  #advise(): string {
    if (this.#stillAsked.length > 0) {
      return `It took the key but asks for more (${this.#stillAsked.join(', ')}), which a hub cannot answer: ask the site for a key that is enough.`;
    }
    return 'Check that the public half is among the authorized keys of the account, and that a from= clause names this machine.';
  }
}
