import type { CommandResult } from './run.js';

/**
 * - `unreachable`: Slurm's daemons did not answer. Nothing is known; ask again. After `submit` the job may or may not exist.
 * - `unparsable`: there was an answer that this client cannot read (cut off, or of an unknown form). Nothing is known.
 * - `failed`: a query ended with an error that is not known as a definite answer. Nothing is known.
 * - `no-accounting`: the site keeps no job records (`sacct`, `sacctmgr` have no database).
 * - `not-installed`: there is no such command where we ask.
 * - `refused`: Slurm said no; the message holds its own words.
 * - `bad-argument`: this client refused a value before asking.
 */
export type SlurmErrorCode =
  | 'unreachable'
  | 'unparsable'
  | 'failed'
  | 'no-accounting'
  | 'not-installed'
  | 'refused'
  | 'bad-argument';

const transientCodes: ReadonlySet<SlurmErrorCode> = new Set(['unreachable', 'unparsable', 'failed']);

/** What a SlurmError knows besides its message. */
export interface SlurmErrorDetails {
  readonly stderr?: string;
  /** The answer that could not be read. */
  readonly stdout?: string;
  readonly exitCode?: number;
  readonly cause?: unknown;
}

/**
 * Slurm could not be asked, could not be understood, or said no.
 * From a query it always means "nothing is known about the jobs", never "the jobs are gone".
 */
export class SlurmError extends Error {
  override readonly name = 'SlurmError';
  readonly code: SlurmErrorCode;
  /** True when asking again later can help. */
  readonly transient: boolean;
  /** Standard error of the command, unchanged. */
  readonly stderr: string;
  /** Standard output of the command, kept where it could not be read. */
  readonly stdout: string;
  readonly exitCode: number | undefined;

  constructor(code: SlurmErrorCode, message: string, details: SlurmErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.transient = transientCodes.has(code);
    this.stderr = details.stderr ?? '';
    this.stdout = details.stdout ?? '';
    this.exitCode = details.exitCode;
  }
}

/** Texts of slurm_strerror(3) and of the client commands that mean "no daemon answered", not "no". */
const unreachablePatterns: readonly RegExp[] = [
  /unable to contact slurm/i,
  /unable to connect to|unable to open connection/i,
  /unable to establish (control machine address|a? ?configuration)/i,
  /could not establish a configuration source/i,
  /unable to process configuration file/i,
  /unable to resolve/i,
  /socket timed out/i,
  /connection (refused|timed out|reset)/i,
  /no route to host|network is unreachable|host is unreachable/i,
  /transport endpoint is not connected|broken pipe/i,
  /zero bytes were transmitted/i,
  /(communication connection|communication shutdown|message (send|receive)) failure/i,
  /header lengths are longer than data received|insane message length|incomplete (packet|message)/i,
  /(slurm daemon|controller|backup).*standby/i,
  /problem talking to the database|unable to contact slurm database|sending persistinit msg/i,
  /resource temporarily unavailable|too many open files|cannot allocate memory/i,
  /(protocol|munge).*(authentication|encode|decode)|authentication error|expired credential|rewound credential/i,
  /munge (encode|decode) failed|did you start munged/i,
  /invalid authentication credential/i,
];

/**
 * Does this text of a Slurm command say that no daemon could be asked?
 * sbatch repeats what the script asks for (`invalid partition specified: …`), which its user chose; where it gives a
 * verdict, only the verdict counts.
 */
export function isUnreachable(stderr: string): boolean {
  const verdict = /^(?:sbatch: error: Batch job submission failed|allocation failure): (.*)$/m.exec(stderr)?.[1];
  return unreachablePatterns.some((pattern) => pattern.test(verdict ?? stderr));
}

/** Slurm's own words without the `sbatch: error: ` in front of each line. */
export function ownWords(stderr: string): string {
  return stderr
    .split('\n')
    .map((line) => line.replace(/^(s[a-z]+: )?((error|fatal|warning): )?/, '').trim())
    .filter((line) => line !== '')
    .join('\n');
}

function isMissingCommand(result: CommandResult): boolean {
  return result.exitCode === 127 || (result.exitCode === 126 && /permission denied/i.test(result.stderr));
}

/**
 * The error for a command that ended with a code other than 0.
 * `otherwise` is what an unknown text means: `refused` for acts (submit, cancel), `failed` for queries.
 */
export function describeFailure(tool: string, result: CommandResult, otherwise: 'refused' | 'failed'): SlurmError {
  const details = { stderr: result.stderr, exitCode: result.exitCode };
  const words = ownWords(result.stderr) || `it gave no reason (exit code ${result.exitCode})`;
  if (/accounting storage is disabled|slurm accounting storage/i.test(result.stderr)) {
    return new SlurmError('no-accounting', `This cluster keeps no job records: ${words}`, details);
  }
  if (isUnreachable(result.stderr)) {
    return new SlurmError('unreachable', `Slurm does not answer at the moment (${tool}): ${words}`, details);
  }
  if (isMissingCommand(result)) {
    const advice = `Check that Slurm is installed on the login node and that ${tool} is in the PATH of a plain SSH command.`;
    return new SlurmError('not-installed', `${tool} cannot be run: ${words}. ${advice}`, details);
  }
  if (otherwise === 'refused') return new SlurmError('refused', `Slurm refused: ${words}`, details);
  return new SlurmError('failed', `${tool} ended with exit code ${result.exitCode}: ${words}`, details);
}

/** The error for an answer that cannot be read; it keeps the text, so that it is never mistaken for "nothing there". */
export function unparsable(tool: string, why: string, stdout: string): SlurmError {
  return new SlurmError('unparsable', `The answer of ${tool} cannot be read: ${why}. It will be asked again.`, {
    stdout,
  });
}
