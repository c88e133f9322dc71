import { Slots } from '@juhub/connector';
import type { ServerPatch, ServerRow } from '../../db/server-row.js';
import { doStep } from '../../fault-point.js';
import type { Log } from '../../log.js';
import { sayWhy } from '../../say-why.js';
import type { End } from '../end-reason.js';
import { Rounds } from '../rounds.js';
import type { ServerRecords } from '../server-records.js';
import { keepEnd } from '../steps/end-server.js';
import type { WayEnds } from '../steps/open-way.js';
import { tellEnd } from '../tell-move.js';
import { askUse } from './ask-use.js';
import { judgeIdle, lookAgainMs, type UseSigns, warnTimeOf } from './judge-idle.js';

/** What servers are watched with. */
export interface IdleParts {
  readonly records: ServerRecords;
  readonly ends: WayEnds;
  readonly log: Log;
  /** Called for a server that was moved. */
  readonly nudge: (serverId: string) => void;
}

/** Whether any server is due is looked at this often; that alone costs nothing. The clock never goes back. */
const TIMES = { everyMs: 1_000, againMs: 10_000, clock: () => performance.now() };
const ASKED_AT_ONCE = 8;

/** A server that is to be ended when nobody uses it. */
interface Watched {
  dueAt: number;
  /** Since when its user has been warned; by this hub's own clock, so that a restart begins anew. */
  warnedAt: number | undefined;
  /** How often its user said that somebody works there. */
  calls: number;
}

/**
 * Ends ready servers that nobody uses, where that was asked for, after their users were warned. Each server is asked
 * only when a warning could be due. Where it, or the proxy, does not answer, nothing is known and nothing is ended.
 */
export class IdleWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #slots = new Slots(ASKED_AT_ONCE);
  readonly #rounds: Rounds;

  constructor(
    private readonly parts: IdleParts,
    private readonly times = TIMES,
  ) {
    this.#rounds = new Rounds(
      () => this.lookAtDue(),
      times,
      (error, failures) => {
        const level = failures === 1 ? 'warn' : 'debug';
        parts.log[level]({ why: sayWhy(error) }, 'it cannot be seen to servers that nobody uses');
      },
    );
  }

  /** Watches every server that is or becomes ready and has a limit. */
  async open(): Promise<void> {
    this.parts.records.onMove((row) => this.#take(row, limitMsOf(row) - warnTimeOf(limitMsOf(row))));
    for (const row of await this.parts.records.listActive()) {
      // What a hub before this one knew may be old: all are asked soon, and not all at once.
      this.#take(row, Math.random() * lookAgainMs(limitMsOf(row)));
    }
    void this.#rounds.start();
  }

  /** Nobody is warned or ended any more. */
  close(): void {
    this.#rounds.close();
    this.#watched.clear();
  }

  /** Somebody says that he still works with a server: an activity like any other. */
  async keep(row: ServerRow): Promise<void> {
    const watched = this.#watched.get(row.id);
    if (watched !== undefined) {
      // At once: a look that is under way must not take what it reads for newer.
      watched.calls += 1;
      watched.warnedAt = undefined;
      this.#put(watched, limitMsOf(row) - warnTimeOf(limitMsOf(row)));
    }
    await this.parts.records.update(row.id, { activeAt: new Date(), idleEndsAt: null });
  }

  /** Looks at those that are due. @throws what stood in the way of one of them, such as the database */
  async lookAtDue(): Promise<void> {
    const due = [...this.#watched].filter(([, { dueAt }]) => dueAt <= this.times.clock());
    const looks = await Promise.allSettled(due.map(([id, watched]) => this.#look(id, watched)));
    const failed = looks.find((look) => look.status === 'rejected');
    if (failed !== undefined) {
      throw failed.reason;
    }
  }

  #take(row: ServerRow, dueInMs: number): void {
    if (row.state !== 'ready' || row.idleSeconds === null) {
      this.#watched.delete(row.id);
      return;
    }
    this.#watched.set(row.id, { dueAt: this.times.clock() + dueInMs, warnedAt: undefined, calls: 0 });
  }

  #put(watched: Watched, dueInMs: number): void {
    watched.dueAt = this.times.clock() + dueInMs;
  }

  async #look(id: string, watched: Watched): Promise<void> {
    const giveBack = await this.#slots.take();
    try {
      const { calls } = watched;
      const row = await this.parts.records.get(id);
      if (row === undefined || row.state !== 'ready') {
        this.#watched.delete(id);
        return;
      }
      const signs = await askUse(this.parts.ends, row).catch((error: unknown) => this.#noteSilence(row, error));
      // What was heard is of before the person spoke up, or of an earlier run.
      if (watched.calls === calls && this.#watched.get(id) === watched) {
        await (signs === undefined ? this.#postpone(row, watched) : this.#judge(row, watched, signs));
      }
    } finally {
      giveBack();
    }
  }

  #noteSilence(row: ServerRow, error: unknown): undefined {
    this.parts.log.debug({ server: row.id, why: sayWhy(error) }, 'it is not known whether a server is used');
  }

  /** Nothing is known: an end that was announced is not kept to. */
  async #postpone(row: ServerRow, watched: Watched): Promise<void> {
    this.#put(watched, lookAgainMs(limitMsOf(row)));
    if (row.idleEndsAt !== null && row.idleEndsAt.getTime() <= Date.now()) {
      watched.warnedAt = undefined;
      await this.parts.records.update(row.id, { idleEndsAt: null });
    }
  }

  async #judge(row: ServerRow, watched: Watched, signs: UseSigns): Promise<void> {
    const { warnedAt } = watched;
    const verdict = judgeIdle(row, signs, warnedAt === undefined ? 0 : this.times.clock() - warnedAt);
    const activeAt = new Date(Date.now() - (signs.isBusy && row.idleBusySeconds === null ? 0 : signs.quietMs));
    if (verdict.kind === 'end') {
      await this.#end(row, activeAt, signs.isBusy);
      return;
    }
    if (verdict.kind === 'warn') {
      watched.warnedAt ??= this.times.clock();
      await this.#save(row, { activeAt, idleEndsAt: new Date(Date.now() + verdict.endsInMs) });
    } else {
      watched.warnedAt = undefined;
      await this.#save(row, { activeAt, idleEndsAt: null });
    }
    this.#put(watched, verdict.againMs);
  }

  /** Saves what was found, where it is another thing than was saved before. */
  async #save(row: ServerRow, found: Pick<Required<ServerPatch>, 'activeAt' | 'idleEndsAt'>): Promise<void> {
    if (isOther(row.activeAt, found.activeAt) || isOther(row.idleEndsAt, found.idleEndsAt)) {
      await this.parts.records.update(row.id, found);
    }
  }

  async #end(row: ServerRow, activeAt: Date, isBusy: boolean): Promise<void> {
    const { records, log, nudge } = this.parts;
    const minutes = ((isBusy ? row.idleBusySeconds : row.idleSeconds) ?? 0) / 60;
    const end: End = {
      reason: 'idle',
      code: isBusy ? 'idle-busy' : 'idle',
      values: { minutes, since: `${activeAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` },
    };
    const patch = { ...keepEnd(end), activeAt, idleEndsAt: null };
    const moved = await doStep('save-stopping', () =>
      records.move(row.id, { to: 'stopping', from: 'ready', ...tellEnd('idle', end), patch }),
    );
    if (moved !== undefined) {
      log.info({ server: row.id, user: row.userName, name: row.name, minutes }, 'ended a server that nobody used');
      nudge(row.id);
    }
  }
}

function limitMsOf({ idleSeconds }: ServerRow): number {
  return (idleSeconds ?? 0) * 1000;
}

/** Times are asked for and told at different moments: less than a second is no difference. */
function isOther(before: Date | null, after: Date | null): boolean {
  return before === null || after === null ? before !== after : Math.abs(before.getTime() - after.getTime()) >= 1_000;
}
