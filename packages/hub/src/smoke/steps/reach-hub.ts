import type { FirstRoom } from '../first-room.js';

/** The hub answers, and is one. @returns its version */
export async function reachHub({ hub, clock }: FirstRoom): Promise<string> {
  clock.enter('reach-hub');
  const version = await hub.version(clock.signal);
  clock.note(`juhub ${version}`);
  return version;
}
