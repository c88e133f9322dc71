import { checkJobId } from './argument-checks.js';
import { type JobDetails, parseJobDetails } from './job-details.js';
import { type Partition, parsePartition } from './partition.js';
import { readAnswer } from './reading.js';
import { parseReservation, type Reservation } from './reservation.js';
import type { SlurmCall } from './slurm-environment.js';
import { unparsable } from './slurm-error.js';

/** `scontrol show job`; `--all` finds jobs in hidden partitions, `--local` asks no federation. Source: scontrol(1). */
export function buildShowJob(jobId: string): SlurmCall {
  return { tool: 'scontrol', words: ['--all', '--local', '--oneliner', 'show', 'job', checkJobId(jobId)] };
}

/** All partitions: without `--all` those of other people's groups are missing, and hidden ones. Source: scontrol(1). */
export function buildPartitions(): SlurmCall {
  return { tool: 'scontrol', words: ['--all', '--oneliner', 'show', 'partition'] };
}

/** The reservations that this user may see. */
export function buildReservations(): SlurmCall {
  return { tool: 'scontrol', words: ['--oneliner', 'show', 'reservation'] };
}

/** The settings of the cluster. */
export function buildConfig(): SlurmCall {
  return { tool: 'scontrol', words: ['show', 'config'] };
}

/** The name that accounting knows the cluster by. */
export function parseClusterName(stdout: string): string {
  const name = /^ClusterName\s*=\s*(\S+)$/m.exec(stdout)?.[1];
  if (name === undefined) throw unparsable('scontrol show config', 'it names no cluster', stdout);
  return name;
}

/** @throws SlurmError `unparsable`, also when the job's name or comment pretends to be more fields. */
export function parseShowJob(stdout: string): JobDetails {
  return readAnswer('scontrol show job', stdout, () => parseJobDetails(stdout));
}

/** @throws SlurmError `unparsable`, also when there is no partition at all: no cluster is without. */
export function parsePartitions(stdout: string): Partition[] {
  const tool = 'scontrol show partition';
  const partitions = recordLines(tool, stdout, 'PartitionName=');
  if (partitions.length === 0) throw unparsable(tool, 'it names no partition', stdout);
  return readAnswer(tool, stdout, () => partitions.map(parsePartition));
}

/** `No reservations in the system` is an empty list; any other text without a reservation is `unparsable`. */
export function parseReservations(stdout: string): Reservation[] {
  const tool = 'scontrol show reservation';
  const reservations = recordLines(tool, stdout, 'ReservationName=');
  if (reservations.length === 0 && !/^no reservations in the system/im.test(stdout)) {
    throw unparsable(tool, 'it names no reservation and does not say that there is none', stdout);
  }
  return readAnswer(tool, stdout, () => reservations.map(parseReservation));
}

/** Lines that are records; lines in front of the first (a login shell's greeting) are skipped. */
function recordLines(tool: string, stdout: string, start: string): string[] {
  if (stdout !== '' && !stdout.endsWith('\n')) throw unparsable(tool, 'its end is missing', stdout);
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  const first = lines.findIndex((line) => line.startsWith(start));
  if (first < 0) return [];
  const records = lines.slice(first);
  if (!records.every((line) => line.startsWith(start))) throw unparsable(tool, 'a line is no record', stdout);
  return records;
}
