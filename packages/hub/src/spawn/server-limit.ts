import type { NewServer, ServerRow } from '../db/server-row.js';
import type { ServerRecords } from './server-records.js';
import { RequestRefused } from './steps/check-request.js';

/** Saves new servers, as many as a user may have. */
export class ServerLimit {
  /** The last save of each user who has one under way. */
  readonly #saves = new Map<string, Promise<unknown>>();

  constructor(
    private readonly records: Pick<ServerRecords, 'countLiving' | 'insert'>,
    private readonly limit: number,
  ) {}

  /**
   * Saves a new server. Those of one user are saved one after the other: of many requests at the same moment no more pass
   * than there is room for.
   *
   * @throws RequestRefused when the user has as many servers as he may, NameTaken when he has one of this name
   */
  async insert(server: NewServer): Promise<ServerRow> {
    const { userName } = server;
    const before = this.#saves.get(userName) ?? Promise.resolve();
    const save = before.then(() => this.#insert(server));
    const settled = save.catch(() => undefined);
    this.#saves.set(userName, settled);
    try {
      return await save;
    } finally {
      if (this.#saves.get(userName) === settled) {
        this.#saves.delete(userName);
      }
    }
  }

  async #insert(server: NewServer): Promise<ServerRow> {
    if ((await this.records.countLiving(server.userName)) >= this.limit) {
      throw refuse(this.limit);
    }
    return this.records.insert(server);
  }
}

function refuse(limit: number): RequestRefused {
  const servers = limit === 1 ? 'a server' : `${limit} servers`;
  const message = `You have ${servers}, and nobody may have more at once. Stop one first.`;
  return new RequestRefused([{ field: 'name', code: 'too-many-servers', values: { limit }, message }]);
}
