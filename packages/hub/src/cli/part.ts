/** One of juhub's processes, running. */
export interface Part {
  /** Lets go of everything in order. */
  close(): Promise<void>;
}

/** The processes that juhub is made of, in the order in which they are started. */
export const PART_NAMES = ['connector', 'hub', 'proxy'] as const;

export type PartName = (typeof PART_NAMES)[number];
