import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { slurmArgv } from '../src/slurm-environment.js';

describe('slurmArgv', () => {
  it('unsets what a start-up file of the user may have set and asks for times without a zone', () => {
    const [program = '', ...words] = slurmArgv({ tool: 'squeue', words: [] });
    const show = [
      ...words.slice(0, -1),
      'sh',
      '-c',
      'echo "$SQUEUE_STATES|$SLURM_CLUSTERS|$SLURM_TIME_FORMAT|$SLURM_CONF"',
    ];
    const env = { ...process.env, SQUEUE_STATES: 'PD', SLURM_CLUSTERS: 'other', SLURM_CONF: '/etc/here' };
    expect(execFileSync(program, show, { env, encoding: 'utf8' })).toBe('||%s|/etc/here\n');
  });

  it('does not hand our time format on to a job', () => {
    expect(slurmArgv({ tool: 'sbatch', words: [], startsJob: true })).not.toContain('SLURM_TIME_FORMAT=%s');
    expect(slurmArgv({ tool: 'sbatch', words: [] })).toContain('SLURM_TIME_FORMAT=%s');
  });

  it('finds commands in a folder of their own', () => {
    expect(slurmArgv({ tool: 'sinfo', words: ['-N'] }, '/opt/slurm/bin/').slice(-2)).toEqual([
      '/opt/slurm/bin/sinfo',
      '-N',
    ]);
  });
});
