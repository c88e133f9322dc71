import { setTimeout as sleep } from 'node:timers/promises';
import { describeJobState, type QueuedJob, type Run, SlurmClient } from '@juhub/slurm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, canMakeCluster, downCluster, execOn, upCluster } from '../cluster/cluster.js';

/** A cluster of our own: its controller is ended on purpose. */
const name = 'juhub-slurm';
const suite = process.env.JUHUB_CLUSTER_SUITE === 'bookworm' ? 'bookworm' : 'trixie';

describe.skipIf(!canMakeCluster().ok)(`SlurmClient on a real cluster (${suite})`, () => {
  let cluster: Cluster;
  let alice: SlurmClient;

  beforeAll(async () => {
    cluster = await upCluster({ name, suite });
    alice = new SlurmClient(runAs('alice'));
  });
  afterAll(() => downCluster(name));

  function runAs(user: string): Run {
    return ({ argv, stdin, timeoutMs }) =>
      execOn(cluster, 'login', argv, { user, stdin: stdin ?? '', timeoutMs: timeoutMs ?? 60_000 });
  }

  /** Asks again until the answer is as wanted; a job has no event to wait for. */
  async function poll<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const answer = await ask();
      if (isWanted(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`not seen in 30 s; the last answer was: ${JSON.stringify(answer)}`);
      await sleep(200);
    }
  }

  async function waitFor(jobName: string, phase: QueuedJob['phase']): Promise<QueuedJob> {
    const jobs = await poll(
      () => alice.queue({ user: 'alice', jobNames: [jobName], allStates: true }),
      ([job]) => job?.phase === phase,
    );
    return jobs[0] as QueuedJob;
  }

  const script = (...lines: string[]) => ['#!/bin/bash', '#SBATCH --output=/dev/null', ...lines, ''].join('\n');

  it('knows the release', async () => {
    expect((await alice.version()).text).toBe(cluster.slurmVersion);
  });

  it('submits a job, follows it, cancels it and finds it in the accounting', async () => {
    const jobName = 'juhub-00000000000000a1';
    const { jobId } = await alice.submit({
      script: script('#SBATCH -p gpus --gres=gpu:2 -t 10', 'sleep 600'),
      jobName,
    });
    const job = await waitFor(jobName, 'running');
    expect(job).toMatchObject({ jobId, user: 'alice', partition: 'gpus', nodes: ['gpu1'], timeLimitMinutes: 10 });
    expect(Math.abs(Number(job.startAt) - Date.now())).toBeLessThan(60_000);
    expect(Number(job.endAt) - Number(job.startAt)).toBe(10 * 60_000);
    expect(await alice.showJob(jobId)).toMatchObject({ jobId, name: jobName, phase: 'running', batchHost: 'gpu1' });

    const gpu = (await alice.nodes()).find((node) => node.name === 'gpu1');
    expect(gpu).toMatchObject({ base: 'MIXED', gpus: [{ type: 'a100', count: 4, allocated: 2 }] });

    await alice.cancel(jobId, { name: 'juhub-00000000000000b2' });
    expect((await alice.showJob(jobId))?.phase).toBe('running');
    await alice.cancel(jobId, { name: jobName });
    const [ended] = await poll(
      () => alice.accounting([jobId]),
      ([one]) => one?.over === true && one.name !== 'allocation',
    );
    expect(ended).toMatchObject({ jobId, name: jobName, state: 'CANCELLED', cancelledByUid: 2001, nodes: ['gpu1'] });
    await poll(
      () => alice.queue({ jobNames: [jobName] }),
      (jobs) => jobs.length === 0,
    );
    await alice.cancel(jobId, { name: jobName });
  });

  it('tells the exit code of a job that failed', async () => {
    const { jobId } = await alice.submit({ script: script('#SBATCH -t 5', 'exit 7'), jobName: 'fails' });
    const [job] = await poll(
      () => alice.accounting([jobId]),
      ([one]) => one?.over === true,
    );
    expect(job).toMatchObject({ state: 'FAILED', exitCode: { status: 7, signal: 0 } });
  });

  it('sends a signal that the batch script can catch', async () => {
    const lines = [
      '#SBATCH -t 5',
      "trap 'exit 9' USR1",
      'touch trap-is-set',
      'for i in $(seq 600); do sleep 0.2; done',
    ];
    const { jobId } = await alice.submit({ script: script(...lines), jobName: 'signalled' });
    await waitFor('signalled', 'running');
    // The script says when its trap is set; a signal before that would end it with another code.
    await poll(
      () => execOn(cluster, 'login', ['test', '-e', '/home/alice/trap-is-set']),
      ({ exitCode }) => exitCode === 0,
    );
    await alice.cancel(jobId, { signal: 'USR1', name: 'signalled' });
    const [job] = await poll(
      () => alice.accounting([jobId]),
      ([one]) => one?.over === true,
    );
    expect(job).toMatchObject({ state: 'FAILED', exitCode: { status: 9, signal: 0 } });
  });

  it('is not led astray by another user whose job’s name looks like a line of our answer', async () => {
    const mine = await alice.submit({ script: script('#SBATCH -t 5', 'sleep 600'), jobName: 'mine' });
    const forged = `x\n${mine.jobId}~mine~alice~COMPLETED\nJobId=${mine.jobId} JobState=COMPLETED`;
    const hostile = ['sbatch', '--parsable', `--job-name=${forged}`, '--comment=~\n', '--wrap=sleep 600'];
    const bobs = await execOn(cluster, 'login', hostile, { user: 'bob' });
    expect(bobs.exitCode).toBe(0);
    const jobs = await alice.queue();
    expect(jobs.find((job) => job.jobId === bobs.stdout.trim())).toMatchObject({ name: forged, user: 'bob' });
    expect(jobs.filter((job) => job.jobId === mine.jobId).map((job) => [job.name, job.user])).toEqual([
      ['mine', 'alice'],
    ]);
    await alice.cancel(mine.jobId);
    await new SlurmClient(runAs('bob')).cancel(bobs.stdout.trim());
  });

  it('passes a refusal on in the words of sbatch and leaves nothing behind', async () => {
    const refused = alice.submit({ script: script('#SBATCH -p gpus --gres=gpu:9'), jobName: 'refused' });
    await expect(refused).rejects.toMatchObject({
      code: 'refused',
      transient: false,
      message: expect.stringContaining('Requested node configuration is not available'),
    });
    await expect(alice.submit({ script: script('#SBATCH -A brain') })).rejects.toThrow(/Invalid account/);
    const left = await alice.queue({ jobNames: ['refused'], allStates: true });
    expect(left.filter((job) => !describeJobState(job.state).over)).toEqual([]);
  });

  it('estimates a start without submitting anything', async () => {
    const estimate = await alice.testSubmit({ script: script('#SBATCH -p gpus --gres=gpu:1 -t 10') });
    expect(estimate).toMatchObject({ nodes: 'gpu1', partition: 'gpus' });
    expect(Math.abs(Number(estimate.expectedStart) - Date.now())).toBeLessThan(120_000);
    await expect(alice.testSubmit({ script: script('#SBATCH -p nosuch') })).rejects.toMatchObject({ code: 'refused' });
  });

  it('puts up with defaults that a user keeps in the environment', async () => {
    const { jobId } = await alice.submit({ script: script('#SBATCH -t 5', 'sleep 600'), jobName: 'defaults' });
    await waitFor('defaults', 'running');
    const hiding = ['SQUEUE_STATES=PENDING', 'SQUEUE_FORMAT=%i', 'SQUEUE_PARTITION=gpus', 'SBATCH_PARTITION=gpus'];
    const run = runAs('alice');
    const client = new SlurmClient((command) => run({ ...command, argv: ['env', ...hiding, ...command.argv] }));
    expect(await client.queue({ jobNames: ['defaults'] })).toHaveLength(1);
    const second = await client.submit({ script: script('#SBATCH -p batch -t 5', 'sleep 600'), jobName: 'second' });
    expect((await alice.showJob(second.jobId))?.partition).toBe('batch');
    for (const id of [jobId, second.jobId]) await alice.cancel(id);
  });

  it('shows partitions, nodes, associations, qualities of service and reservations', async () => {
    const partitions = await alice.partitions();
    expect(partitions.map((partition) => partition.name)).toEqual(cluster.partitions);
    expect(partitions.find((partition) => partition.isDefault)?.name).toBe(cluster.partitions[0]);
    expect((await alice.nodes()).map((node) => node.name).toSorted()).toEqual(['cn1', 'cn2', 'gpu1']);
    const accounts = (await alice.associations('alice')).map((association) => association.account);
    expect(accounts.toSorted()).toEqual(cluster.users.alice?.accounts.toSorted());
    expect(await alice.associations('juhub')).toEqual([]);
    expect((await alice.qos()).find((qos) => qos.name === 'short')).toMatchObject({ maxWallMinutes: 30 });
    expect(await alice.reservations()).toEqual([]);
  });

  it('counts no reserved node as usable', async () => {
    const reserve = ['reservation=upkeep', 'starttime=now', 'duration=60', 'nodes=cn2', 'users=root', 'flags=maint'];
    await execOn(cluster, 'login', ['scontrol', 'create', ...reserve]);
    const nodes = await poll(
      () => alice.nodes(),
      (answer) => answer.some((node) => node.flags.has('MAINT')),
    );
    expect(nodes.find((node) => node.name === 'cn2')?.usable).toBe(false);
    expect(await alice.reservations()).toMatchObject([{ name: 'upkeep', isActive: true, nodes: ['cn2'] }]);
    await execOn(cluster, 'login', ['scontrol', 'delete', 'reservation=upkeep']);
  });

  it('asks for five thousand names in one go', async () => {
    const { jobId } = await alice.submit({ script: script('#SBATCH -t 5', 'sleep 600'), jobName: 'needle' });
    const jobNames = ['needle', ...Array.from({ length: 5000 }, (_, index) => `juhub-${index}`)];
    expect((await alice.queue({ user: 'alice', jobNames })).map((job) => job.jobId)).toEqual([jobId]);
    await alice.cancel(jobId);
  });

  it('cannot ask when the controller or the database is away, and says nothing about the job', async () => {
    const { jobId } = await alice.submit({ script: script('#SBATCH -t 5', 'sleep 600'), jobName: 'survivor' });
    await waitFor('survivor', 'running');
    const pids = '$(cat /run/slurmctld.pid /run/slurmdbd.pid)';
    const stopDaemons = `pids="${pids}"; kill $pids; while kill -0 $pids; do sleep 0.1; done`;
    await execOn(cluster, 'login', ['sh', '-c', stopDaemons]);
    // The commands try for MessageTimeout (slurm.conf) before they give up.
    const away = { name: 'SlurmError', code: 'unreachable', transient: true };
    await Promise.all([
      expect(alice.queue({ jobIds: [jobId] })).rejects.toMatchObject(away),
      expect(alice.showJob(jobId)).rejects.toMatchObject(away),
      expect(alice.accounting([jobId])).rejects.toMatchObject(away),
      expect(alice.submit({ script: script() })).rejects.toMatchObject(away),
    ]);
    await execOn(cluster, 'login', ['sh', '-c', 'slurmdbd && slurmctld']);
    const [job] = await poll(
      () => alice.queue({ jobIds: [jobId] }).catch(() => []),
      (jobs) => jobs.length === 1,
    );
    expect(job).toMatchObject({ phase: 'running', name: 'survivor' });
  });
});
