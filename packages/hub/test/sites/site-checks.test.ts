import { type CheckReport, type CheckStep, type ConnectorClient, ConnectorError } from '@juhub/connector';
import { SlurmError } from '@juhub/slurm';
import { describe, expect, it, vi } from 'vitest';
import { checkSite, listFailed } from '../../src/sites/check-site.js';
import type { Site } from '../../src/sites/site.js';
import { SiteChecks } from '../../src/sites/site-checks.js';
import { silentLog } from '../spawn/fake-rooms.js';

const WAY = ['name', 'files', 'port', 'host-key', 'sign-in', 'command', 'home', 'tunnel'] as const;

/** What the connector says of a way on which one step fails; nothing before the home folder can be walked over. */
function makeReport(fault?: CheckStep['step']): CheckReport {
  const last = fault === undefined || fault === 'home' || fault === 'tunnel' ? WAY.length : WAY.indexOf(fault) + 1;
  const steps = WAY.slice(0, last).map((step) => {
    return { step, hop: 'login1:22', ok: step !== fault, tookMs: 1, detail: `${step}, in the words of the site` };
  });
  return { site: 'cluster', account: 'alice1', ok: fault === undefined, steps };
}

type CheckingConnector = Pick<ConnectorClient, 'check'>;

const connectorThat = (check: () => Promise<CheckReport>): CheckingConnector => ({ check: vi.fn(check) });

function makeSite(partitions: () => Promise<unknown> = async () => [{ name: 'batch' }], hasSlurm = true) {
  const ask = vi.fn(partitions);
  return { site: { name: 'cluster', hasSlurm, slurmAs: () => ({ partitions: ask }) } as unknown as Site, ask };
}

describe('The self-test of a site', () => {
  it('is good when the whole way is, and Slurm says what it has', async () => {
    const { site } = makeSite();
    const check = await checkSite(
      site,
      connectorThat(async () => makeReport()),
      'alice1',
    );
    expect(check).toMatchObject({ site: 'cluster', account: 'alice1', ok: true });
    expect(check.steps.map(({ step }) => step)).toEqual([...WAY, 'scheduler']);
    expect(check.steps.at(-1)?.detail).toBe('Slurm answered: batch.');
  });

  it.each(['name', 'files', 'port', 'host-key', 'sign-in', 'command'] as const)(
    'names %s alone when that is what fails, and does not ask Slurm, which cannot be reached',
    async (fault) => {
      const { site, ask } = makeSite();
      const check = await checkSite(
        site,
        connectorThat(async () => makeReport(fault)),
        'alice1',
      );
      expect([check.ok, listFailed(check)]).toEqual([false, [fault]]);
      expect(check.steps.at(-1)?.detail).toBe(`${fault}, in the words of the site`);
      expect(ask).not.toHaveBeenCalled();
    },
  );

  it.each(['home', 'tunnel'] as const)('names %s, and asks Slurm all the same', async (fault) => {
    const { site } = makeSite();
    const check = await checkSite(
      site,
      connectorThat(async () => makeReport(fault)),
      'alice1',
    );
    expect([check.ok, listFailed(check)]).toEqual([false, [fault]]);
    expect(check.steps.at(-1)).toMatchObject({ step: 'scheduler', ok: true });
  });

  it('names the scheduler when one gets in but Slurm does not answer, with its own words', async () => {
    const { site } = makeSite(async () => {
      throw new SlurmError('unreachable', 'slurm_load_partitions: Unable to contact slurm controller');
    });
    const check = await checkSite(
      site,
      connectorThat(async () => makeReport()),
      'alice1',
    );
    expect([check.ok, listFailed(check)]).toEqual([false, ['scheduler']]);
    expect(check.steps.at(-1)?.detail).toContain('Unable to contact slurm controller');
  });

  it('does not ask for Slurm where there is none', async () => {
    const { site, ask } = makeSite(undefined, false);
    const check = await checkSite(
      site,
      connectorThat(async () => makeReport()),
      'alice1',
    );
    expect([check.ok, check.steps.length]).toEqual([true, WAY.length]);
    expect(ask).not.toHaveBeenCalled();
  });

  it('names the connector when that is what does not answer', async () => {
    const away = connectorThat(() =>
      Promise.reject(new ConnectorError('connector-away', 'The connector is not running.')),
    );
    const check = await checkSite(makeSite().site, away, 'alice1');
    expect(check).toMatchObject({ ok: false, steps: [{ step: 'connector', detail: 'The connector is not running.' }] });
  });
});

describe('The self-tests of all sites', () => {
  it('walk a way once however often it is asked for at the same time, each account by itself, and anew later', async () => {
    const reports: (() => void)[] = [];
    const connector = connectorThat(() => new Promise((resolve) => reports.push(() => resolve(makeReport()))));
    const checks = new SiteChecks(connector, silentLog);
    const { site } = makeSite();
    const all = ['alice1', 'alice1', 'bob1', 'alice1'].map((account) => checks.check(site, account, 'ada'));
    expect(connector.check).toHaveBeenCalledTimes(2);
    expect(checks.last('cluster')).toBeUndefined();
    for (const report of reports) report();
    await Promise.all(all);
    expect(checks.last('cluster')?.ok).toBe(true);
    const again = checks.check(site, 'alice1', 'ada');
    expect(connector.check).toHaveBeenCalledTimes(3);
    reports.at(-1)?.();
    await again;
  });
});
