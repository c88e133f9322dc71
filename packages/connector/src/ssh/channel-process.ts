import type { ClientChannel } from 'ssh2';
import type { Ending, RunningProcess } from '../transport/running-process.js';

/** Fields of ssh2 1.17.0 that its types do not show; a test on a real sshd guards them. */
interface ChannelInside {
  outgoing: { id: number; state: string };
  _client: { _protocol: { signal(channelId: number, name: string): void } };
}

/** Shows a channel that runs a command as a process. `readLoss` says why the whole connection is gone, if it is. */
export function describeChannel(channel: ClientChannel, readLoss: () => string | undefined): RunningProcess {
  const ended = new Promise<Ending>((resolve) => {
    channel.once('close', (exitCode: number | null | undefined, killedBy: string | undefined) => {
      if (typeof exitCode === 'number') resolve({ exitCode });
      else if (killedBy !== undefined) resolve({ killedBy });
      else resolve({ lost: readLoss() ?? 'the login node closed it without an exit code' });
    });
  });
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    ended,
    kill: (signal) => signalChannel(channel, signal),
    release: () => {
      channel.resume();
      channel.stderr.resume();
      channel.close();
    },
  };
}

/**
 * Asks sshd to signal the command's process group (RFC 4254, 6.9; OpenSSH 7.9 and later, not for root). ssh2's own
 * `signal` stays silent once the input has been closed, although closing it ends only the data (RFC 4254, 5.3).
 */
function signalChannel(channel: ClientChannel, signal: string): void {
  const { outgoing, _client } = channel as unknown as ChannelInside;
  if (outgoing.state === 'open' || outgoing.state === 'eof') _client._protocol.signal(outgoing.id, signal);
}
