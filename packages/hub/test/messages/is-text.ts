/** What is called the same in every language: the name of the hub, and units. */
const SAME_EVERYWHERE = new Set(['juhub', 'min', 'ms', 'KiB', 'MiB', 'GiB', 'TiB', 'UTC', 'GPU', 'Slurm']);

/** Whether there are words in it that another language has others for. */
export function isText(text: string): boolean {
  return (text.match(/\p{L}{2,}/gu) ?? []).some((word) => !SAME_EVERYWHERE.has(word));
}
