import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { Borrower } from '../lending/borrower.js';
import { ReadBuffer } from '../lending/read-buffer.js';

type OnPayload = (payload: Buffer) => unknown;

/** Of ssh2 1.17.0. */
interface Decipher {
  /** How many bytes of the length of a packet have come; 0 between two packets. */
  _lenBytes?: number;
  _onPayload: OnPayload;
}

/** Fields of ssh2 1.17.0 that its types do not show; a test on a real sshd guards them. */
interface ClientInside {
  _chanMgr: { get(id: number): Duplex | number | undefined };
  _protocol: { _decipher: Decipher; _onPayload: OnPayload };
}

/** Whether ssh2 has its native addon, without which what comes costs twice the processor time. */
export const { bindingAvailable: hasAddon } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js') as {
  bindingAvailable: boolean;
};

/** SSH_MSG_CHANNEL_DATA (RFC 4254, 5.2); the channel's number follows. */
const channelData = 94;
const channelDataHeadBytes = 5;
/** What stands around a packet with AES-GCM (RFC 5647): its length, which is not encrypted, and a tag. */
const lengthBytes = 4;
const tagBytes = 16;
/** ssh2 refuses longer ones. Many fit into what is read at once. */
const longestPacket = 35_000;
/** The one that decrypts in place, and the one that ssh2 has without its addon. */
const knownDeciphers: ReadonlySet<string> = new Set(['AESGCMDecipherBinding', 'AESGCMDecipherNative']);

/**
 * Lends what an SSH connection has read. With its addon ssh2 decrypts in place, and packets are parts of what was read:
 * those for streams that borrow are passed on as they are, all others as copies. Without the addon packets have memory
 * of their own, and ssh2 keeps nothing of what was read.
 */
export class PacketLoan {
  readonly #inside: ClientInside;
  readonly #tell: OnPayload;
  #lent: ReadBuffer | undefined;

  /** For a client that is signed in. */
  constructor(client: Client) {
    this.#inside = client as unknown as ClientInside;
    const protocol = this.#inside._protocol;
    this.#tell = protocol._onPayload;
    // For the keys that are in use, and for those to come.
    protocol._onPayload = this.#pass;
    protocol._decipher._onPayload = this.#pass;
  }

  /** Whether the next bytes may be lent: they begin a packet, and their cipher is one that is known. */
  get mayLend(): boolean {
    const decipher = this.#inside._protocol._decipher;
    return knownDeciphers.has(decipher.constructor.name) && decipher._lenBytes === 0;
  }

  /** How many of the bytes, which begin a packet, belong to packets that have come as a whole. */
  countWhole(bytes: Buffer): number {
    let at = 0;
    while (at + lengthBytes <= bytes.length) {
      const length = bytes.readUInt32BE(at);
      if (length > longestPacket) return bytes.length; // ssh2 says so and ends the connection
      const next = at + lengthBytes + length + tagBytes;
      if (next > bytes.length) break;
      at = next;
    }
    return at;
  }

  /** Has whole packets dealt with, which are a part of `owner`, or of memory that nobody may keep. */
  lend(owner: ReadBuffer | undefined, packets: Buffer, deal: (packets: Buffer) => void): void {
    if (!hasAddon || owner === undefined) {
      deal(hasAddon ? Buffer.from(packets) : packets);
      return;
    }
    const protocol = this.#inside._protocol;
    const decipher = protocol._decipher;
    const wereKeysSettled = decipher._onPayload === this.#pass;
    this.#lent = owner;
    try {
      deal(packets);
    } finally {
      this.#lent = undefined;
      // In the exchange of new keys packets pass us by, and ssh2 keeps some of them.
      const areSettled = protocol._decipher === decipher && decipher._onPayload === this.#pass;
      if (!wereKeysSettled || !areSettled) owner.abandon();
    }
  }

  readonly #pass: OnPayload = (payload) => {
    const owner = this.#lent;
    if (owner === undefined) return this.#tell(payload);
    const borrower = this.#findBorrower(payload);
    if (borrower === undefined) return this.#tell(Buffer.from(payload));
    return borrower.lend(owner, () => this.#tell(payload));
  };

  #findBorrower(payload: Buffer): Borrower | undefined {
    if (payload[0] !== channelData || payload.length < channelDataHeadBytes || !ReadBuffer.mayBeLent) return undefined;
    const channel = this.#inside._chanMgr.get(payload.readUInt32BE(1));
    return typeof channel === 'object' ? Borrower.find(channel) : undefined;
  }
}
