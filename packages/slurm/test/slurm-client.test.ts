import { describe, expect, it } from 'vitest';
import type { Command, CommandResult, Run } from '../src/run.js';
import { SlurmClient } from '../src/slurm-client.js';
import { SlurmError } from '../src/slurm-error.js';
import { fixtureSeparator, readFixture, releases } from './fixture.js';

/** A cluster that answers every question with the same text, in the separator that the question names. */
function answering(result: Partial<CommandResult>): { run: Run; asked: Command[] } {
  const asked: Command[] = [];
  const run: Run = async (command) => {
    asked.push(command);
    const separator = /~[0-9a-f]{24}~/.exec(command.argv.join(' '))?.[0] ?? fixtureSeparator;
    const stdout = (result.stdout ?? '').replaceAll(fixtureSeparator, separator);
    return { exitCode: 0, stderr: '', ...result, stdout };
  };
  return { run, asked };
}

const failing = (stderr: string, exitCode = 1) => new SlurmClient(answering({ stderr, exitCode }).run);

describe('SlurmClient', () => {
  it('asks with a separator of its own each time', async () => {
    const { run, asked } = answering(readFixture('24.11', 'squeue-empty'));
    const client = new SlurmClient(run);
    await client.queue();
    await client.queue();
    expect(asked[0]?.argv.join(' ')).not.toBe(asked[1]?.argv.join(' '));
  });

  it('hands on its time-out, the script and the folder of the commands', async () => {
    const { run, asked } = answering({ stdout: '7\n' });
    await new SlurmClient(run, { binFolder: '/opt/slurm/bin', timeoutMs: 5000 }).submit({ script: '#!/bin/sh\n' });
    expect(asked[0]).toMatchObject({ stdin: '#!/bin/sh\n', timeoutMs: 5000 });
    expect(asked[0]?.argv).toContain('/opt/slurm/bin/sbatch');
  });

  it('asks nothing when nothing is asked for', async () => {
    const { run, asked } = answering({});
    const client = new SlurmClient(run);
    expect(await client.queue({ jobIds: [] })).toEqual([]);
    expect(await client.queue({ jobNames: [] })).toEqual([]);
    expect(await client.accounting([])).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('lets the error of a runner that could not ask pass unchanged', async () => {
    const lost = Object.assign(new Error('connection lost'), { code: 'disconnected', transient: true });
    const client = new SlurmClient(() => Promise.reject(lost));
    await expect(client.queue()).rejects.toBe(lost);
    await expect(client.showJob('1')).rejects.toBe(lost);
    await expect(client.cancel('1')).rejects.toBe(lost);
  });

  it('never calls a job gone when a query failed', async () => {
    for (const stderr of ['', 'slurm_load_jobs error: Something new\n', 'squeue: error: Socket timed out\n']) {
      for (const ask of ['queue', 'accounting', 'showJob'] as const) {
        const client = failing(stderr);
        const answer =
          ask === 'queue'
            ? client.queue({ jobIds: ['1'] })
            : ask === 'showJob'
              ? client.showJob('1')
              : client.accounting(['1']);
        await expect(answer).rejects.toMatchObject({ name: 'SlurmError', transient: true });
      }
    }
  });

  it('says that Slurm is not installed instead of blaming the job', async () => {
    const error = await failing("env: 'sbatch': No such file or directory\n", 127)
      .submit({ script: '' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(SlurmError);
    expect(error).toMatchObject({ code: 'not-installed', transient: false });
  });

  it('says that a site keeps no records', async () => {
    await expect(failing('Slurm accounting storage is disabled\n').accounting(['1'])).rejects.toMatchObject({
      code: 'no-accounting',
    });
  });

  it('does not take a job id for granted that sbatch did not print', async () => {
    const client = new SlurmClient(answering({ stdout: '' }).run);
    await expect(client.submit({ script: '' })).rejects.toMatchObject({ code: 'unparsable', transient: true });
  });
});

describe.each(releases)('SlurmClient on answers of Slurm %s', (release) => {
  const on = (name: string) => new SlurmClient(answering(readFixture(release, name)).run);

  it('finds jobs by name', async () => {
    const jobs = await on('squeue-by-name').queue({ jobNames: ['juhub-00000000000000a2'] });
    expect(jobs.map(({ partition }) => partition)).toEqual(['gpus']);
  });

  it('takes an unknown job for an answer', async () => {
    expect(await on('squeue-one-unknown-id').queue({ jobIds: ['4000'] })).toEqual([]);
    expect(await on('scontrol-unknown').showJob('4000')).toBeUndefined();
  });

  it('does not take a user whom the node cannot look up for one without jobs', async () => {
    await expect(on('squeue-unknown-user').queue({ user: 'nosuch' })).rejects.toMatchObject({
      code: 'failed',
      transient: true,
      stderr: expect.stringContaining('Invalid user: nosuch'),
    });
  });

  it('is content when there is nothing left to cancel, and says who forbids it', async () => {
    await on('scancel-already-ended').cancel('4', { name: 'failed' });
    await on('scancel-good').cancel('4');
    await expect(on('scancel-of-another').cancel('4')).rejects.toMatchObject({ code: 'refused' });
    await expect(on('scancel-controller-down').cancel('4')).rejects.toMatchObject({
      code: 'unreachable',
      transient: true,
    });
  });

  it('passes a refusal on in the words of sbatch', async () => {
    await expect(on('sbatch-bad-account').submit({ script: '' })).rejects.toThrow(
      'Slurm refused: Batch job submission failed: Invalid account or account/partition combination specified',
    );
    await expect(on('sbatch-test-only-refused').testSubmit({ script: '' })).rejects.toMatchObject({ code: 'refused' });
  });

  it('reads everything else that a hub asks for', async () => {
    expect((await on('sbatch-test-only').testSubmit({ script: '' })).partition).toBe('gpus');
    expect((await on('scontrol-running').showJob('4'))?.phase).toBe('running');
    expect(await on('sacct-ends').accounting(['25'])).toHaveLength(9);
    expect(await on('scontrol-partitions').partitions()).toHaveLength(7);
    expect(await on('scontrol-reservations').reservations()).toHaveLength(3);
    expect(await on('sinfo-busy').nodes()).toHaveLength(3);
    expect(await on('sacctmgr-alice').associations('alice')).toHaveLength(2);
    expect(await on('sacctmgr-qos').qos()).toHaveLength(2);
  });
});
