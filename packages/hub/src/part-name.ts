/** The processes that juhub is made of, in the order in which they are started. */
export const PART_NAMES = ['connector', 'hub', 'proxy'] as const;

export type PartName = (typeof PART_NAMES)[number];
