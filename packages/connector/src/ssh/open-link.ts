import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { batchPackets } from '../batch-writes.js';
import { ConnectorError } from '../connector-error.js';
import { openTcpSocket } from '../open-tcp-socket.js';
import type { DoStep } from './check-steps.js';
import { HostKeyCheck } from './host-key-check.js';
import { lendReads, readLargely } from './large-reads.js';
import { PacketLoan } from './packet-loan.js';
import { supplyPadding } from './packet-padding.js';
import { loadPrivateKey } from './private-key.js';
import { signIn } from './sign-in.js';
import { formatHop, type SshHop, type SshWay } from './ssh-hop.js';
import { SshLink } from './ssh-link.js';

/**
 * Opens a connection to one login node, through the jump host if the site has one.
 * @throws ConnectorError `key-file`, `host-key`, `sign-in-refused`, `unreachable`, or the reason of the signal
 */
export async function openLink(way: SshWay, hop: SshHop, signal: AbortSignal, doStep: DoStep): Promise<SshLink> {
  if (!way.jump) return await enter(way, hop, undefined, signal, doStep);
  const jump = await enter(way, way.jump, undefined, signal, doStep);
  // The jump host needs a session of its own to send small packets at once; many allow none, which costs only time.
  void jump.warmUp();
  try {
    return await enter(way, hop, jump, signal, doStep);
  } catch (error) {
    jump.end();
    throw error;
  }
}

async function enter(
  way: SshWay,
  hop: SshHop,
  jump: SshLink | undefined,
  signal: AbortSignal,
  doStep: DoStep,
): Promise<SshLink> {
  const where = formatHop(hop);
  const [key, hostKeys] = await doStep('files', where, 'The private key and the known host keys can be read.', () =>
    Promise.all([
      loadPrivateKey(hop.privateKeyFile, hop.passphraseFile),
      HostKeyCheck.load(hop.knownHostsFile, hop.host, hop.port),
    ]),
  );
  const stream = await doStep('port', where, 'The port accepts connections.', () => openStream(way, hop, jump, signal));
  batchPackets(stream);
  const { connectTimeoutMs: timeoutMs, keepaliveMs } = way;
  const client = await signIn(stream, { hop, key, hostKeys, timeoutMs, keepaliveMs, signal, doStep });
  supplyPadding(client);
  if (stream instanceof Socket) lendReads(stream, new PacketLoan(client));
  return new SshLink({ hop, client, stream, jump });
}

async function openStream(way: SshWay, hop: SshHop, via: SshLink | undefined, signal: AbortSignal): Promise<Duplex> {
  const timeoutMs = way.connectTimeoutMs;
  try {
    const { host, port } = hop;
    if (!via) return await openTcpSocket({ host, port, timeoutMs, allowHalfOpen: false, read: readLargely, signal });
    return await via.forward(hop.host, hop.port, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  } catch (error) {
    // A login node that refuses connections is away, as one that does not answer: it may be starting.
    if (signal.aborted) throw signal.reason;
    const { message } = ConnectorError.from(error);
    throw new ConnectorError('unreachable', message, { cause: error });
  }
}
