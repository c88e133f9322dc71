import type { Trouble } from '../status/trouble.js';

/** One of juhub's processes, running. */
export interface Part {
  /** What is wrong, in words, for the person who runs juhub; nothing where all is well. */
  findTroubles(): Promise<readonly Trouble[]>;
  /** Lets go of everything in order. */
  close(): Promise<void>;
}
