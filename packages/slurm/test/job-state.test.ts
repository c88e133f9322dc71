import { describe, expect, it } from 'vitest';
import { describeJobState, jobPhase, jobStates } from '../src/job-state.js';

describe('the table of job states', () => {
  it('has each name and each short form once', () => {
    const words = jobStates.flatMap((state) => [state.name, state.code].filter((word) => word !== ''));
    expect(new Set(words).size).toBe(words.length);
  });

  it('has every state of squeue(1) and sacct(1)', () => {
    const manPage =
      'BOOT_FAIL CANCELLED COMPLETED CONFIGURING COMPLETING DEADLINE FAILED NODE_FAIL OUT_OF_MEMORY PENDING PREEMPTED ' +
      'RUNNING RESV_DEL_HOLD REQUEUE_FED REQUEUE_HOLD REQUEUED RESIZING REVOKED SIGNALING SPECIAL_EXIT STAGE_OUT STOPPED ' +
      'SUSPENDED TIMEOUT';
    const names = new Set(jobStates.map((state) => state.name));
    expect(manPage.split(' ').filter((name) => !names.has(name))).toEqual([]);
  });

  it('links each state to a page of Slurm and orders them along the life of a job', () => {
    for (const state of jobStates) expect(state.link).toMatch(/^https:\/\/slurm\.schedmd\.com\//);
    const orders = ['REQUEUE_HOLD', 'PENDING', 'CONFIGURING', 'RUNNING', 'COMPLETING', 'COMPLETED'].map(
      (name) => describeJobState(name).order,
    );
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
  });

  it('calls over exactly what has ended, and not a job that goes back into the queue', () => {
    expect(jobStates.filter((state) => state.over).map((state) => state.phase)).not.toContain('stopping');
    for (const name of ['REQUEUED', 'SPECIAL_EXIT', 'COMPLETING', 'SUSPENDED']) {
      expect(describeJobState(name).over).toBe(false);
    }
    for (const name of ['TIMEOUT', 'NODE_FAIL', 'CANCELLED by 2001', 'OOM']) {
      expect(describeJobState(name).over).toBe(true);
    }
  });

  it('never takes a word that it does not know for an end', () => {
    const state = describeJobState('FROZEN_IN_CARBONITE');
    expect(state).toMatchObject({ phase: 'unknown', over: false });
    expect(state.text).toContain('FROZEN_IN_CARBONITE');
  });
});

describe('jobPhase', () => {
  it('tells a held job from one that waits', () => {
    expect(jobPhase('PENDING', 'JobHeldUser')).toBe('held');
    expect(jobPhase('PENDING', 'Priority')).toBe('pending');
    expect(jobPhase('RUNNING', 'JobHeldUser')).toBe('running');
  });
});
