/** What can be wrong with a value; each has values of its own, which stand in its message. */
export type ProblemCode =
  | 'above-maximum'
  | 'below-minimum'
  | 'gpus-none'
  | 'gpus-per-node'
  | 'minutes-of-partition'
  | 'minutes-of-project'
  | 'minutes-of-qos'
  | 'missing'
  | 'missing-of'
  | 'no-number'
  | 'no-truth'
  | 'nodes-of-partition'
  | 'not-offered'
  | 'reservation-needed'
  | 'text-form'
  | 'text-length'
  | 'unknown-field'
  | 'unsafe-character';

/** What is wrong with one value: for the person in English, and for programs that say it in another language. */
export interface ValueProblem {
  readonly code: ProblemCode;
  /** What the message is about, by name: numbers, names, what was typed. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Says what is allowed. Full sentences. */
  readonly message: string;
}

/** One thing that is wrong with what a person chose, and with which field. */
export interface ChoiceProblem extends ValueProblem {
  readonly field: string;
}
