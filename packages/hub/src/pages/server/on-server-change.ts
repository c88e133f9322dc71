import type { Services } from '../../services.js';

/** How often the place of a server in the hub's own line is looked at; that asks nobody. */
const LINE_EVERY_MS = 1_000;

/**
 * Calls back after every saved change of a server, and when its place among those that wait for their turn is another
 * one: it changes with the servers of others, of which nothing is saved with this one.
 *
 * @returns how to stop that
 */
export function onServerChange(
  { records, servers }: Pick<Services, 'records' | 'servers'>,
  id: string,
  callback: () => void,
): () => void {
  let place = servers.placeOf(id);
  const timer = setInterval(() => {
    const placeNow = servers.placeOf(id);
    if (placeNow !== place) {
      place = placeNow;
      callback();
    }
  }, LINE_EVERY_MS);
  const stop = records.onChange(id, callback);
  return () => {
    clearInterval(timer);
    stop();
  };
}
