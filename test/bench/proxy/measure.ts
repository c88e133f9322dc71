import type { Contestant } from './contestants.js';
import type { Done } from './load.js';
import { readProcessorSeconds } from './process-use.js';

/** Figures by the names of the contestants. */
export type Figures = Record<string, number>;

/** One thing that is measured. */
export interface Discipline {
  readonly key: string;
  readonly what: string;
  /** What one answer, or one round trip, counts. */
  readonly each: number;
  /** `processor`: in a second of the contestant's own processor time. `wall`: in a second of the clock. */
  readonly per: 'processor' | 'wall';
  run(contestant: Contestant, ms: number): Promise<Done>;
}

/** How long a contestant does something before it is measured. */
export const warmUpMs = 2000;

/** How often and how long each contestant has its turn. */
export interface Turns {
  readonly rounds: number;
  readonly ms: number;
}

/** Lets the contestants run in turns, prints what they did and returns the medians. */
export async function measure(
  discipline: Discipline,
  contestants: readonly Contestant[],
  { rounds, ms }: Turns,
): Promise<Figures> {
  const all = new Map(contestants.map(({ name }) => [name, { processor: [] as number[], wall: [] as number[] }]));
  for (const contestant of contestants) await discipline.run(contestant, warmUpMs);
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of contestants) {
      const before = readProcessorSeconds(readPid(contestant));
      const { count, seconds } = await discipline.run(contestant, ms);
      const used = readProcessorSeconds(readPid(contestant)) - before;
      all.get(contestant.name)?.processor.push((count * discipline.each) / used);
      all.get(contestant.name)?.wall.push((count * discipline.each) / seconds);
    }
  }
  say(`\n${discipline.key}: ${discipline.what}`);
  const figures: Figures = {};
  for (const [name, { processor, wall }] of all) {
    figures[name] = Math.round(median(discipline.per === 'processor' ? processor : wall));
    const ofProcessor = `${format(median(processor))} per second of its processor time, `;
    say(
      `  ${name.padEnd(12)} ${discipline.per === 'processor' ? ofProcessor : ''}${format(median(wall))} per second here`,
    );
  }
  return figures;
}

export function readPid({ name, process: child }: Contestant): number {
  if (child.pid === undefined) throw new Error(`${name} does not run`);
  return child.pid;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function format(figure: number): string {
  return figure.toLocaleString('en', { maximumFractionDigits: figure < 100 ? 2 : 0 }).padStart(9);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** How `figure` stands to `other`, beside what was aimed at. Says nothing where one of the two was not measured. */
export function sayRatio(what: string, figure: number | undefined, other: number | undefined, aim?: number): void {
  if (figure === undefined || other === undefined) return;
  const ratio = figure / other;
  say(`  ${what} = ${ratio.toFixed(2)}${aim === undefined ? '' : `; aim at least ${aim}: ${sayMet(ratio >= aim)}`}`);
}

export function sayMet(met: boolean): string {
  return met ? 'met' : 'NOT MET';
}
