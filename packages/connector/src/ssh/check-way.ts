import { lookup } from 'node:dns/promises';
import type { CheckStep } from '../transport/transport.js';
import { checkCommand, checkHome, checkTunnel } from './check-inside.js';
import { type DoStep, recordSteps } from './check-steps.js';
import { openLink } from './open-link.js';
import { formatHop, type SshHop, type SshWay } from './ssh-hop.js';

/**
 * Walks the way in on a connection of its own, node after node until one lets a command run; there it tries the home
 * folder and a tunnel. Says how each step went.
 */
export async function checkWay(way: SshWay, signal: AbortSignal): Promise<{ ok: boolean; steps: CheckStep[] }> {
  const steps: CheckStep[] = [];
  const doStep = recordSteps(steps);
  for (const hop of way.hosts) {
    const found = await checkHop(way, hop, signal, doStep);
    if (found !== 'no-way' || signal.aborted) return { ok: found === 'good', steps };
  }
  return { ok: false, steps };
}

/** `no-way`: the next node may be better. `faulty`: one gets in, and something else is wrong. */
type Found = 'good' | 'faulty' | 'no-way';

async function checkHop(way: SshWay, hop: SshHop, signal: AbortSignal, doStep: DoStep): Promise<Found> {
  // How something failed is in the steps already.
  const succeeds = (step: Promise<unknown>) =>
    step.then(
      () => true,
      () => false,
    );
  const link = await openChecked(way, hop, signal, doStep).catch(() => undefined);
  if (!link) return 'no-way';
  try {
    const timeoutMs = way.connectTimeoutMs;
    if (!(await succeeds(checkCommand(link, timeoutMs, signal, doStep)))) return 'no-way';
    const hasHome = await succeeds(checkHome(link, timeoutMs, signal, doStep));
    const hasTunnel = await succeeds(checkTunnel(link, timeoutMs, signal, doStep));
    return hasHome && hasTunnel ? 'good' : 'faulty';
  } finally {
    link.end();
  }
}

async function openChecked(way: SshWay, hop: SshHop, signal: AbortSignal, doStep: DoStep) {
  // Behind a jump host it is the jump host that resolves the name.
  const entry = way.jump ?? hop;
  await doStep('name', formatHop(entry), 'The name can be resolved.', () => lookup(entry.host));
  return openLink(way, hop, signal, doStep);
}
