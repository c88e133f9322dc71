/** A session that was ended before its time. */
export interface EndedSession {
  readonly id: string;
  readonly userName: string;
}

/** What the gate must be told: of which sessions it may let nobody pass any more. */
export class RevokedSessions {
  #byUser = new Map<string, readonly string[]>();

  constructor(private readonly list: () => Promise<readonly EndedSession[]>) {}

  /** The ended sessions of a user, as of the last refresh. */
  of(userName: string): readonly string[] {
    return this.#byUser.get(userName) ?? [];
  }

  /** Asks anew. @returns the users for whom it has grown */
  async refresh(): Promise<readonly string[]> {
    const ended = await this.list();
    const users = [...new Set(ended.map(({ userName }) => userName))];
    const before = this.#byUser;
    this.#byUser = new Map(
      users.map((user) => [user, ended.filter(({ userName }) => userName === user).map(({ id }) => id)]),
    );
    return users.filter((user) => this.of(user).some((id) => !before.get(user)?.includes(id)));
  }
}
