import type { CaseRoom, CaseState } from '../case-room.js';

/** Asks the hub for the server. Whatever comes of it, there may be one from here on. */
export async function startServer(
  { hub, clock, site, case: { template, choices }, server }: CaseRoom,
  state: CaseState,
): Promise<void> {
  clock.enter('start');
  clock.note(server.name);
  state.isStarted = true;
  await hub.start(server, { site, template, choices }, clock.signal);
}
