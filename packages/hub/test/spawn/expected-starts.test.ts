import { parseTemplate } from '@juhub/job-template';
import { SlurmError } from '@juhub/slurm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '../../src/cli/create-log.js';
import type { NoticeRow } from '../../src/db/notices.js';
import { SiteInMaintenance } from '../../src/notices/site-in-maintenance.js';
import { Catalogues } from '../../src/sites/catalogues.js';
import { type AskedGuess, ExpectedStarts, TooManyChecks } from '../../src/spawn/trial/expected-starts.js';
import { JUPYTERLAB, TEMPLATES } from '../pages/examples.js';
import { FakeCluster, FakeSite } from '../pages/fake-cluster.js';
import { makePartition, makeReservation } from '../sites/cluster-parts.js';

const RESERVED = parseTemplate(
  JUPYTERLAB.source.replace(
    'fields:\n',
    'fields:\n  reservation: { type: reservation, label: Reservation, required: false }\n',
  ),
  { file: 'reserved.sbatch.hbs' },
);

let cluster: FakeCluster;
let starts: ExpectedStarts;
let catalogues: Catalogues;
let maintenance: boolean;

beforeEach(() => {
  maintenance = false;
  cluster = new FakeCluster();
  cluster.projects.set('bob1', ['zam']);
  const sites = new Map([['cluster', new FakeSite(cluster)]]);
  catalogues = new Catalogues(sites);
  const notices = {
    refuseInMaintenance: async (site: { title: string }) => {
      if (maintenance) {
        throw new SiteInMaintenance(site, { shownUntil: null, textEn: 'New disks.', textDe: '' } as NoticeRow);
      }
    },
  };
  const log = createLog('hub', 'silent');
  starts = new ExpectedStarts(
    { notices, sites, catalogues, templates: () => new Map([...TEMPLATES, ['reserved', RESERVED]]), log },
    { perMinute: 5 },
  );
});

afterEach(() => {
  catalogues.close();
  vi.useRealTimers();
});

function ask(choices: Record<string, string> = {}, userName = 'alice'): Promise<AskedGuess> {
  return starts.ask({
    userName,
    name: '',
    site: 'cluster',
    template: choices.reservation === undefined ? 'jupyterlab' : 'reserved',
    choices: { partition: 'batch', account: 'zam', ...choices },
  });
}

describe('The expected start of a server', () => {
  it('is asked of Slurm as the person’s own account, about the script that would be submitted', async () => {
    expect(await ask({ minutes: '45' })).toMatchObject({ outcome: 'starts', nodes: 'cn2' });
    expect(cluster.tried).toHaveLength(1);
    expect(cluster.tried[0]).toContain("#SBATCH --account=zam\necho 'batch' 1 0 45 false");
    expect(cluster.askers).toContain('alice1');
  });

  it('is kept for a while for the same choices of the same person, and for nobody else', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    await ask();
    await ask();
    expect(cluster.tried).toHaveLength(1);
    await ask({}, 'bob');
    await ask({ minutes: '50' });
    expect(cluster.tried).toHaveLength(3);
    vi.advanceTimersByTime(31_000);
    await ask();
    expect(cluster.tried).toHaveLength(4);
  });

  it('is asked for one thing at a time for each person: the same question shares the answer, another has to wait', async () => {
    const answer = cluster.holdTrials();
    const [one, same] = [ask(), ask()];
    await vi.waitFor(() => expect(cluster.tried).toHaveLength(1));
    await expect(ask({ minutes: '50' })).rejects.toThrow(TooManyChecks);
    const other = ask({}, 'bob');
    await vi.waitFor(() => expect(cluster.tried).toHaveLength(2));
    answer();
    expect(await one).toBe(await same);
    expect((await other).outcome).toBe('starts');
    expect((await ask({ minutes: '50' })).outcome).toBe('starts');
  });

  it('is asked for a few people at a time; the others stand in line, and each gets an answer', async () => {
    const answer = cluster.holdTrials();
    const people = Array.from({ length: 40 }, (_, number) => `person${number}`);
    for (const name of people) {
      cluster.projects.set(`${name}1`, ['zam']);
    }
    const guesses = Promise.all(people.map((name) => ask({}, name)));
    await vi.waitFor(() => expect(cluster.asked.get('associations')).toBe(people.length));
    await new Promise(setImmediate);
    answer();
    expect(new Set((await guesses).map(({ outcome }) => outcome))).toEqual(new Set(['starts']));
    expect(cluster.tried).toHaveLength(people.length);
    expect(cluster.mostTrials).toBe(4);
  });

  it('is asked for a few times in a minute, and then refused with a time to wait', async () => {
    for (let minutes = 31; minutes < 36; minutes += 1) {
      await ask({ minutes: String(minutes) });
    }
    await expect(ask({ minutes: '40' })).rejects.toMatchObject({ code: 'too-many-checks', waitSeconds: 60 });
    // What is known already costs nothing.
    expect((await ask({ minutes: '31' })).outcome).toBe('starts');
    expect(cluster.tried).toHaveLength(5);
  });

  it('is a refusal where Slurm says no, and an error where it cannot be asked', async () => {
    const stderr = 'allocation failure: Requested node configuration is not available\n';
    cluster.refusal = new SlurmError('refused', 'Slurm refused', { stderr });
    expect(await ask()).toMatchObject({ outcome: 'refused', refusal: { code: 'resources', mayPass: true } });
    cluster.refusal = new SlurmError('unreachable', 'Slurm does not answer at the moment.');
    await expect(ask({ minutes: '50' })).rejects.toMatchObject({ code: 'unreachable' });
    cluster.refusal = undefined;
    expect((await ask({ minutes: '50' })).outcome).toBe('starts');
  });

  it('is when the reservation begins, which Slurm itself does not say of one that has not begun', async () => {
    const startAt = new Date(Date.now() + 3_600_000);
    cluster.partitions = [makePartition('batch', { nodes: ['cn2'] })];
    cluster.reservations = [makeReservation('course', { nodes: ['cn2'], isActive: false, startAt })];
    const stderr = 'allocation failure: Invalid time specified\n';
    cluster.refusal = new SlurmError('refused', 'Slurm refused', { stderr });
    expect(await ask({ reservation: 'course' })).toMatchObject({ outcome: 'starts', at: startAt });
    expect(await ask({ minutes: '50' })).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'begin', mayPass: true },
    });
  });

  it('is at once on the login node, and costs no question', async () => {
    expect((await ask({ partition: 'login-node', account: '' })).outcome).toBe('at-once');
    expect(cluster.tried).toEqual([]);
  });

  it('is not asked for while the site is under maintenance', async () => {
    maintenance = true;
    await expect(ask()).rejects.toMatchObject({ code: 'site-in-maintenance' });
    expect(cluster.tried).toEqual([]);
  });

  it('is not asked for what is not allowed', async () => {
    await expect(ask({ gpus: '9' })).rejects.toMatchObject({ code: 'request-refused' });
    await expect(ask({ account: 'theirs' })).rejects.toMatchObject({ code: 'request-refused' });
    expect(cluster.tried).toEqual([]);
  });
});
