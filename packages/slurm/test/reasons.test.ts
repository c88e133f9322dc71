import { describe, expect, it } from 'vitest';
import { explainReason } from '../src/reasons.js';

describe('explainReason', () => {
  it.each([
    ['Priority', 'by-itself'],
    ['Resources', 'by-itself'],
    ['(Resources)', 'by-itself'],
    ['None', 'by-itself'],
    ['AssocMaxJobsLimit', 'by-itself'],
    ['AssocGrpCpuLimit', 'by-itself'],
    ['AssocGrpGRESRunMinutes', 'by-itself'],
    ['QOSMaxCpuPerUserLimit', 'by-itself'],
    ['QOSMaxSubmitJobPerUserLimit', 'by-itself'],
    ['MaxJobsPerAccount', 'by-itself'],
    ['Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions', 'by-itself'],
    ['Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved_for_jobs_in_higher_priority_partitions', 'by-itself'],
    ['JobHeldUser', 'after-help'],
    ['JobHeldAdmin', 'after-help'],
    ['ReqNodeNotAvail, UnavailableNodes:cn2', 'after-help'],
    ['ReqNodeNotAvail, Reserved for maintenance', 'after-help'],
    ['AssocGrpCPUMinutesLimit', 'after-help'],
    ['launch failed requeued held', 'after-help'],
    ['PartitionTimeLimit', 'never'],
    ['QOSMaxWallDurationPerJobLimit', 'never'],
    ['AssocMaxCpuMinutesPerJobLimit', 'never'],
    ['QOSMaxGRESPerNode', 'never'],
    ['QOSMinGRES', 'never'],
    ['QOSMinCpuNotSatisfied', 'never'],
    ['DependencyNeverSatisfied', 'never'],
  ])('says whether a job that waits for %s will ever start: %s', (reason, starts) => {
    expect(explainReason(reason).starts).toBe(starts);
  });

  it('names what a limit is about', () => {
    expect(explainReason('QOSMaxGRESPerUser').text).toContain('GPUs');
    expect(explainReason('AssocGrpMemLimit').text).toContain('memory');
    expect(explainReason('QOSMaxWallDurationPerJobLimit').text).toContain('wall time');
  });

  it('keeps the words of a reason that it does not know, and gives it time', () => {
    const reason = explainReason('StarsNotAligned');
    expect(reason).toMatchObject({ code: 'StarsNotAligned', starts: 'by-itself' });
    expect(reason.text).toContain('StarsNotAligned');
  });

  it.each(['constructor', '__proto__', ''])('is not confused by %j', (reason) => {
    expect(explainReason(reason).text).toMatch(/\w+.*\.$/);
  });

  it('speaks in whole sentences', () => {
    for (const reason of ['Priority', 'QOSGrpNodeMinutes', 'AssocMaxNodePerJobLimit', 'What_ever']) {
      const { text, advice } = explainReason(reason);
      expect(text).toMatch(/^[A-Z].*\.$/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
    }
  });
});
