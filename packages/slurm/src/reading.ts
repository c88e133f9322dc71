import { SlurmError, unparsable } from './slurm-error.js';

/** Runs a parser; what it throws becomes a SlurmError `unparsable` that keeps the whole answer. */
export function readAnswer<T>(tool: string, text: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof SlurmError) throw cause;
    throw unparsable(tool, cause instanceof Error ? cause.message : String(cause), text);
  }
}
