import type { CheckStep, ConnectorClient } from '@juhub/connector';
import { sayWhy } from '../say-why.js';
import type { Site } from './site.js';

/** The hops of the way to a site: to the connector, those that it walks itself, and to the scheduler. */
export type SiteStepName = 'connector' | CheckStep['step'] | 'scheduler';

/** One step of a self-test; see CheckStep of the connector. */
export interface SiteStep extends Omit<CheckStep, 'step'> {
  readonly step: SiteStepName;
}

/** What a self-test of a site found. */
export interface SiteCheck {
  readonly site: string;
  /** The UNIX account that it was done as. */
  readonly account: string;
  readonly at: Date;
  /** Nothing failed on the way that was taken. */
  readonly ok: boolean;
  readonly steps: readonly SiteStep[];
}

/** The steps that failed, each once; a site of which one login node is away may work all the same. Pure. */
export function listFailed({ steps }: Pick<SiteCheck, 'steps'>): SiteStepName[] {
  return [...new Set(steps.filter(({ ok }) => !ok).map(({ step }) => step))];
}

const PATIENCE_MS = 120_000;

/** Walks the whole way to a site: the connector's own walk, and then a question to the scheduler. Never rejects. */
export async function checkSite(
  site: Site,
  connector: Pick<ConnectorClient, 'check'>,
  account: string,
): Promise<SiteCheck> {
  const at = new Date();
  const way = await walk(site, connector, account);
  const isIn = way.steps.some(({ step, ok }) => step === 'command' && ok);
  const scheduler = isIn && site.hasSlurm ? [await checkScheduler(site, account)] : [];
  return {
    site: site.name,
    account,
    at,
    ok: way.ok && scheduler.every(({ ok }) => ok),
    steps: [...way.steps, ...scheduler],
  };
}

async function walk(
  site: Site,
  connector: Pick<ConnectorClient, 'check'>,
  account: string,
): Promise<{ ok: boolean; steps: readonly SiteStep[] }> {
  const startedAt = performance.now();
  try {
    return await connector.check({ site: site.name, account }, AbortSignal.timeout(PATIENCE_MS));
  } catch (error) {
    const step = {
      step: 'connector',
      hop: 'juhub',
      ok: false,
      tookMs: since(startedAt),
      detail: sayWhy(error),
    } as const;
    return { ok: false, steps: [step] };
  }
}

async function checkScheduler(site: Site, account: string): Promise<SiteStep> {
  const startedAt = performance.now();
  const tell = (ok: boolean, detail: string): SiteStep => {
    return { step: 'scheduler', hop: site.name, ok, tookMs: since(startedAt), detail };
  };
  try {
    const partitions = await site.slurmAs(account).partitions();
    return tell(true, `Slurm answered: ${partitions.map(({ name }) => name).join(', ')}.`);
  } catch (error) {
    return tell(false, sayWhy(error));
  }
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
