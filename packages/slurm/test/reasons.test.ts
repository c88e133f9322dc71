import { describe, expect, it } from 'vitest';
import { explainReason } from '../src/reasons.js';

/** The words of Slurm 25.05's job_state_reason_string for jobs that wait for a limit of association or QOS. */
const LIMITS = [
  ...['Cpu', 'Mem', 'Node', 'Jobs', 'SubmitJobs', 'Wall'].map((thing) => `Grp${thing}Limit`),
  ...['CPUMinutes', 'CPURunMinutes'].map((thing) => `Grp${thing}Limit`),
  ...['Energy', 'GRES', 'License', 'BB', 'Billing', 'Unknown'].flatMap((thing) =>
    ['', 'Minutes', 'RunMinutes'].map((minutes) => `Grp${thing}${minutes}`),
  ),
  ...['MaxCpuPerJobLimit', 'MaxNodePerJobLimit', 'MaxWallDurationPerJobLimit', 'MaxCpuMinutesPerJobLimit'],
  ...['GRES', 'BB', 'Energy', 'Billing', 'Unknown'].flatMap((thing) => [
    `Max${thing}PerJob`,
    `Max${thing}PerNode`,
    `Max${thing}MinutesPerJob`,
  ]),
].flatMap((limit) => [`Assoc${limit}`, `QOS${limit}`]);

const OTHER_LIMITS = [
  'AssocMaxJobsLimit',
  'AssocMaxSubmitJobLimit',
  'QOSMaxCpuPerUserLimit',
  'QOSMaxJobsPerUserLimit',
  'QOSMaxNodePerUserLimit',
  'QOSMaxSubmitJobPerUserLimit',
  'QOSMinCpuNotSatisfied',
  'QOSMinGRES',
  ...['BB', 'Cpu', 'Energy', 'GRES', 'Node', 'License', 'Memory', 'Billing', 'Jobs', 'SubmitJobs', 'Unknown'].map(
    (thing) => `Max${thing}PerAccount`,
  ),
];

describe('explainReason', () => {
  it.each([
    ['Priority', 'by-itself'],
    ['Resources', 'by-itself'],
    ['(Resources)', 'by-itself'],
    ['None', 'by-itself'],
    ['ReqNodeNotAvail, Reserved for maintenance', 'by-itself'],
    ['Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority partitions', 'by-itself'],
    ['Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved_for_jobs_in_higher_priority_partitions', 'by-itself'],
    ['Dependency', 'after-others'],
    ['AssocMaxJobsLimit', 'after-others'],
    ['AssocGrpCpuLimit', 'after-others'],
    ['AssocGrpGRESRunMinutes', 'after-others'],
    ['QOSMaxCpuPerUserLimit', 'after-others'],
    ['QOSMaxSubmitJobPerUserLimit', 'after-others'],
    ['MaxJobsPerAccount', 'after-others'],
    ['JobHeldUser', 'after-help'],
    ['JobHeldAdmin', 'after-help'],
    ['ReqNodeNotAvail, UnavailableNodes:cn2', 'after-help'],
    ['AssocGrpCPUMinutesLimit', 'after-help'],
    ['launch failed requeued held', 'after-help'],
    ['PartitionTimeLimit', 'never'],
    ['ReservationDeleted', 'never'],
    ['Reservation gone was deleted', 'never'],
    ['Reservation_course_monday_was_deleted', 'never'],
    ['Reservation', 'by-itself'],
    ['BadConstraints', 'never'],
    ['QOSMaxWallDurationPerJobLimit', 'never'],
    ['AssocMaxCpuMinutesPerJobLimit', 'never'],
    ['QOSMaxGRESPerNode', 'never'],
    ['QOSMinGRES', 'never'],
    ['QOSMinCpuNotSatisfied', 'never'],
    ['DependencyNeverSatisfied', 'never'],
    ["Job's account not permitted to use this partition (gpus allows climate not brain)", 'never'],
    ["Job's QOS not permitted to use this partition (gpus allows normal not short)", 'never'],
  ])('says when a job that waits for %s will start: %s', (reason, starts) => {
    expect(explainReason(reason).starts).toBe(starts);
  });

  it('names whose limit it is, and what it is about', () => {
    expect(explainReason('QOSMaxGRESPerUser')).toMatchObject({
      kind: 'limit-of-user',
      values: { owner: 'qos', thing: 'gpu' },
    });
    expect(explainReason('AssocGrpMemLimit').values).toEqual({ owner: 'project', thing: 'memory' });
    expect(explainReason('QOSMaxWallDurationPerJobLimit')).toMatchObject({
      values: { thing: 'wallTime' },
      advice: 'cancel-for-shorter',
    });
  });

  it.each([...LIMITS, ...OTHER_LIMITS])('has an explanation for the limit %s', (reason) => {
    expect(explainReason(reason).kind).toMatch(/^limit-/);
  });

  it('keeps the words of a reason that it does not know, and gives it time', () => {
    expect(explainReason('StarsNotAligned: today')).toEqual({
      code: 'StarsNotAligned',
      kind: 'unknown',
      values: { words: 'StarsNotAligned: today' },
      starts: 'by-itself',
      advice: 'wait-or-ask',
    });
  });

  it.each(['constructor', '__proto__', 'toString'])('is not confused by %j', (reason) => {
    expect(explainReason(reason)).toMatchObject({ kind: 'unknown', starts: 'by-itself' });
  });
});
