import { SlurmError } from './slurm-error.js';

function refuse(what: string, value: string, allowed: string): never {
  throw new SlurmError('bad-argument', `Not a ${what}: ${JSON.stringify(value)}. Allowed: ${allowed}.`);
}

/** A job id, also of an array task (`12_3`), a piece of a heterogeneous job (`12+1`) or a step (`12.0`). */
export function checkJobId(jobId: string): string {
  if (!/^\d{1,10}([_+.]\d{1,10})?$/.test(jobId)) refuse('job id', jobId, 'digits, as in 12, 12_3, 12+1');
  return jobId;
}

/** A job's number. Tasks of an array and pieces of a heterogeneous job have numbers of their own, which squeue compares. */
export function checkJobNumber(jobId: string): string {
  if (!/^\d{1,10}$/.test(jobId)) refuse('job number', jobId, 'digits');
  return jobId;
}

/** A job name that may stand in a comma-separated list: letters, digits, dot, dash, underscore; at most 128. */
export function checkJobName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name)) refuse('job name', name, 'letters, digits, dot, dash, _');
  return name;
}

/** A UNIX account name. */
export function checkUser(user: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(user)) refuse('user name', user, 'letters, digits, dot, dash, _');
  return user;
}

/** A signal's name or number as scancel(1) takes it. */
export function checkSignal(signal: string): string {
  if (!/^((SIG)?[A-Z][A-Z0-9+-]{1,9}|\d{1,2})$/.test(signal)) refuse('signal', signal, 'a name as TERM or USR1');
  return signal;
}

/** A long option of sbatch(1), `--name` or `--name=value`: no script's path, no control characters. */
export function checkOption(option: string): string {
  if (!/^--[a-z][a-z0-9-]*(=[^\x00-\x1f\x7f]*)?$/.test(option)) refuse('option', option, '--name or --name=value');
  return option;
}
