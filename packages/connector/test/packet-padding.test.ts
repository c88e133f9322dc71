import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectorSiteSchema } from '../src/connector-site.js';
import { defaultConnectorLimits, Transports } from '../src/transport/transports.js';
import { discardStream } from '../src/tunnel/join-streams.js';
import { makeQuietLog } from './quiet-log.js';
import { explainMissingSshd, SshWorld } from './real-sshd.js';

/** What ssh2 1.17.0 makes packets with. */
interface Cipher {
  allocPacket(payloadBytes: number): Buffer;
}

const cipherOf = (stream: Duplex): Cipher =>
  (stream as unknown as { _client: { _protocol: { _cipher: Cipher } } })._client._protocol._cipher;

/** The length of what is encrypted, the length of the padding, and the padding. */
const readPacket = (packet: Buffer, payloadBytes: number) => ({
  encryptedBytes: packet.readUInt32BE(0),
  paddingBytes: packet[4],
  padding: packet.subarray(5 + payloadBytes, -16).toString('hex'),
});

describe.skipIf(explainMissingSshd())('the padding of SSH packets', () => {
  let world: SshWorld;
  let transports: Transports;
  let echo: Server;
  let log: () => string;

  beforeAll(async () => {
    world = new SshWorld();
    const sshd = await world.startSshd(['RekeyLimit 64K', 'LogLevel DEBUG']);
    log = () => sshd.log;
    transports = new Transports(
      [connectorSiteSchema.parse(world.makeSite(sshd))],
      defaultConnectorLimits,
      makeQuietLog(),
    );
    echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });

  afterAll(async () => {
    echo?.close();
    await transports?.close();
    await world?.stop();
  });

  const open = (): Promise<Duplex> =>
    transports
      .find('cluster', 'alice')
      .openStream('127.0.0.1', (echo.address() as AddressInfo).port, new AbortController().signal);

  it('is understood by sshd at each length of a payload, under the first keys and under new ones', async () => {
    const stream = await open();
    const lengths = Array.from({ length: 600 }, (_, index) => index + 1);
    for (const length of lengths) {
      const sent = Buffer.alloc(length, length % 256);
      stream.write(sent);
      const came: Buffer[] = [];
      while (Buffer.concat(came).length < length) came.push((await once(stream, 'data'))[0] as Buffer);
      expect(Buffer.concat(came).equals(sent)).toBe(true);
    }
    expect(log().match(/rekeying in progress|set_newkeys/g)?.length).toBeGreaterThan(4);
    discardStream(stream);
  });

  it('has the length that RFC 4253 asks for and is never the same twice, also under new keys', async () => {
    const stream = await open();
    const { allocPacket } = cipherOf(stream);
    expect(allocPacket.name).toBe('allocatePacket'); // ours, or there is nothing here to test
    const seen = new Set<string>();
    for (let turn = 0; turn < 5_000; turn += 1) {
      const payloadBytes = turn % 100;
      const packet = cipherOf(stream).allocPacket(payloadBytes);
      const { encryptedBytes, paddingBytes, padding } = readPacket(packet, payloadBytes);
      expect(encryptedBytes % 16).toBe(0);
      expect(packet).toHaveLength(4 + encryptedBytes + 16);
      expect(padding.length / 2).toBe(paddingBytes);
      expect(paddingBytes).toBeGreaterThanOrEqual(4);
      expect(paddingBytes).toBeLessThan(20);
      if (padding.length >= 16) expect(seen.has(padding)).toBe(false);
      seen.add(padding);
    }
    discardStream(stream);
  });
});
