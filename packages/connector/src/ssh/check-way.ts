import { lookup } from 'node:dns/promises';
import { ConnectorError } from '../connector-error.js';
import type { CheckStep } from '../transport/transport.js';
import { type DoStep, recordSteps } from './check-steps.js';
import { openLink } from './open-link.js';
import { formatHop, type SshHop, type SshWay } from './ssh-hop.js';

/** Walks the way in on a connection of its own, node after node until one lets a command run; says how each step went. */
export async function checkWay(way: SshWay, signal: AbortSignal): Promise<{ ok: boolean; steps: CheckStep[] }> {
  const steps: CheckStep[] = [];
  const doStep = recordSteps(steps);
  for (const hop of way.hosts) {
    const ok = await checkHop(way, hop, signal, doStep).then(
      () => true,
      // How it failed is in the steps already.
      () => false,
    );
    if (ok || signal.aborted) return { ok, steps };
  }
  return { ok: false, steps };
}

async function checkHop(way: SshWay, hop: SshHop, signal: AbortSignal, doStep: DoStep): Promise<void> {
  // Behind a jump host it is the jump host that resolves the name.
  const entry = way.jump ?? hop;
  await doStep('name', formatHop(entry), 'The name can be resolved.', () => lookup(entry.host));
  const link = await openLink(way, hop, signal, doStep);
  try {
    await doStep('command', formatHop(hop), 'A command ran.', async () => {
      const process = await link.exec('exec true', signal);
      process.stdout.resume();
      process.stderr.resume();
      process.stdin.end();
      const ending = await Promise.race([process.ended, rejectLater(way.connectTimeoutMs)]);
      if ('exitCode' in ending && ending.exitCode === 0) return;
      throw new ConnectorError('refused', `The command "true" failed: ${JSON.stringify(ending)}`);
    });
  } finally {
    link.end();
  }
}

function rejectLater(timeoutMs: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const message = `The command "true" did not end within ${timeoutMs / 1000} s (is the home folder there?).`;
    setTimeout(() => reject(new ConnectorError('timed-out', message)), timeoutMs).unref();
  });
}
