import { EventEmitter } from 'node:events';
import type { Database } from '../db/open-database.js';
import type { Leftover, NewServer, ServerEvent, ServerPatch, ServerRow } from '../db/server-row.js';
import type { Move, ServerQuery, ServerSlice } from '../db/servers.js';
import { statesBefore } from './life.js';

/**
 * The rows of all servers, with a call to whoever follows one: pages learn of a change when it is saved, not before.
 * Its place in the hub's own line alone is nowhere saved: whoever follows is told of that too.
 */
export class ServerRecords {
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #moves = new EventEmitter<{ move: [ServerRow] }>().setMaxListeners(0);

  constructor(private readonly database: Database) {}

  get(id: string): Promise<ServerRow | undefined> {
    return this.database.servers.get(id);
  }

  /** The job script that a server was made with; null where there is none. */
  readScript(id: string): Promise<string | null> {
    return this.database.servers.readScript(id);
  }

  /** The user's server of this name: the one that lives, else the last one that ended. */
  find(userName: string, name: string): Promise<ServerRow | undefined> {
    return this.database.servers.findCurrent(userName, name);
  }

  listByUser(userName: string): Promise<ServerRow[]> {
    return this.database.servers.listByUser(userName);
  }

  listActive(): Promise<ServerRow[]> {
    return this.database.servers.listActive();
  }

  /** The UNIX accounts that have servers on a site, or had one that ended since a time. */
  listAccounts(site: string, endedSince: Date): Promise<string[]> {
    return this.database.servers.listAccounts(site, endedSince);
  }

  /** Servers of a site that have ended and left something there, the oldest first. */
  listLeftovers(site: string, atMost: number): Promise<Leftover[]> {
    return this.database.servers.listLeftovers(site, atMost);
  }

  /** A slice of the servers of all users. */
  list(query: ServerQuery): Promise<ServerSlice> {
    return this.database.servers.list(query);
  }

  /** How many servers that have not ended each site has, by state. */
  countActive(): ReturnType<Database['servers']['countActive']> {
    return this.database.servers.countActive();
  }

  /** How many servers of a user have not ended. */
  countLiving(userName: string): Promise<number> {
    return this.database.servers.countLiving(userName);
  }

  events(id: string): Promise<ServerEvent[]> {
    return this.database.servers.events(id);
  }

  /** @throws NameTaken when the user has a server of this name that has not ended */
  async insert(server: NewServer): Promise<ServerRow> {
    const row = await this.database.servers.insert(server);
    this.#changes.emit(row.id);
    return row;
  }

  async update(id: string, patch: ServerPatch): Promise<void> {
    await this.database.servers.update(id, patch);
    this.#changes.emit(id);
  }

  /**
   * Moves a server to another state, with the event that tells of it, in one transaction.
   *
   * @returns the row after the move; undefined, and nothing changed, when the server is in none of the states from which
   *   the table of moves allows it, or not in the one that `from` names
   * @throws ForbiddenMove when the table has no such move
   */
  async move(
    id: string,
    { from, ...move }: Omit<Move, 'from' | 'at'> & { from?: ServerRow['state'] },
  ): Promise<ServerRow | undefined> {
    const row = await this.database.servers.move(id, { ...move, from: statesBefore(move.to, move.cause, from) });
    if (row !== undefined) {
      this.#moves.emit('move', row);
      this.#changes.emit(id);
    }
    return row;
  }

  /** Calls back after every saved move of any server, with the row as it is then. */
  onMove(callback: (row: ServerRow) => void): void {
    this.#moves.on('move', callback);
  }

  /** Tells those who follow a server of a change that is not saved: its place in line. */
  tell(id: string): void {
    this.#changes.emit(id);
  }

  /** Calls back after every change of one server. @returns how to stop that */
  onChange(id: string, callback: () => void): () => void {
    this.#changes.on(id, callback);
    return () => this.#changes.off(id, callback);
  }
}
