import { randomFillSync } from 'node:crypto';
import type { Client } from 'ssh2';

/** Of ssh2 1.17.0: makes room for a packet, with everything in it but its payload. */
interface Cipher {
  allocPacket(payloadBytes: number): Buffer;
}

/** Fields of ssh2 1.17.0 that its types do not show; a test on a real sshd guards them. */
interface ClientInside {
  _protocol: { _cipher: Cipher };
}

/** With ssh2's addon, AES-GCM encrypts in place (RFC 5647): the length stays readable, a tag follows. */
const knownCipher = 'AESGCMCipherBinding';
const lengthBytes = 4;
const paddingLengthBytes = 1;
const blockBytes = 16;
const tagBytes = 16;
const leastPaddingBytes = 4;

/** For a few hundred packets. */
const supply = Buffer.allocUnsafeSlow(4096);
let usedBytes = supply.length;

/**
 * Draws the random padding of packets from a supply, for all connections. ssh2 asks the system's generator for each
 * packet, which takes longer than encrypting a short one. Called once a connection is signed in; new keys change nothing.
 */
export function supplyPadding(client: Client): void {
  const { _cipher: cipher } = (client as unknown as ClientInside)._protocol;
  if (cipher.constructor.name === knownCipher) (Object.getPrototypeOf(cipher) as Cipher).allocPacket = allocatePacket;
}

function allocatePacket(payloadBytes: number): Buffer {
  const filledBytes = paddingLengthBytes + payloadBytes;
  const leastBytes = filledBytes + leastPaddingBytes;
  const encryptedBytes = Math.ceil(leastBytes / blockBytes) * blockBytes;
  const packet = Buffer.allocUnsafe(lengthBytes + encryptedBytes + tagBytes);
  packet.writeUInt32BE(encryptedBytes, 0);
  const paddingBytes = encryptedBytes - filledBytes;
  packet[lengthBytes] = paddingBytes;
  takePadding(packet, lengthBytes + filledBytes, paddingBytes);
  return packet;
}

/** No byte of the supply is used twice. */
function takePadding(packet: Buffer, at: number, bytes: number): void {
  if (usedBytes + bytes > supply.length) {
    randomFillSync(supply);
    usedBytes = 0;
  }
  supply.copy(packet, at, usedBytes, usedBytes + bytes);
  usedBytes += bytes;
}
