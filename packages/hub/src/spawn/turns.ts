import type { SpawnLimits } from '../config/config.js';

/** How many starts may be under way at the same time. */
export interface TurnLimits extends Pick<SpawnLimits, 'startsAtOnce' | 'startsAtOnceForUser'> {
  /** At each site, by its name. */
  readonly sites: ReadonlyMap<string, number>;
}

/** Whose start it is, and where. */
export interface Start {
  readonly user: string;
  readonly site: string;
}

/** What a start hears while it stands in line. */
export interface TurnCalls {
  /** Its turn has come, later than `enter`. */
  readonly onTurn: () => void;
  /** It waits, and its place may be another one than a moment ago. Many moves of the line are told as one. */
  readonly onPlace?: () => void;
}

/** A start's turn, from when it is asked for until it is left. */
export interface Turn {
  /** Whether it has come: the start may be under way. */
  readonly hasCome: boolean;
  /** How many of those who wait for the same site are before it, itself among them; undefined once it has come. */
  readonly place: number | undefined;
  /** Gives the turn back, or leaves the line. To leave again does nothing. */
  leave(): void;
}

/** How many starts of a site wait, and how many are under way. */
export interface SiteTurns {
  readonly site: string;
  readonly waiting: number;
  readonly inUse: number;
}

interface Waiter extends Start, TurnCalls {
  /** When it came; within a user the first one goes first. */
  readonly number: number;
  state: 'waiting' | 'under-way' | 'left';
}

/** What is known of a user for as long as something of his waits or is under way. */
interface Line {
  inUse: number;
  /** Those that wait, by site, in the order in which they came. */
  readonly waiting: Map<string, Set<Waiter>>;
}

/** Moves of the line are told together: in a burst it moves many times a second, and each place with it. */
const TELL_PLACES_MS = 1_000;

interface Room {
  readonly limit: number;
  inUse: number;
  waiting: number;
}

/**
 * The line in front of the sites: starts are handed to them a few at a time, however many are asked for at once. Users
 * take turns: whoever had one longest ago goes first, so that a hundred starts of one delay another's single one by
 * one turn. Of one user's starts the one that came first goes first; one whose site is full lets those to other sites
 * pass. Each site can have one start under way whatever the others do, as long as there are as many turns as sites: a
 * few sites that hang cannot take them all.
 */
export class Turns {
  /** Whoever had a turn, or came, longest ago is first. */
  readonly #lines = new Map<string, Line>();
  readonly #rooms: ReadonlyMap<string, Room>;
  #inUse = 0;
  #number = 0;
  #telling: NodeJS.Timeout | undefined;

  constructor(private readonly limits: TurnLimits) {
    this.#rooms = new Map([...limits.sites].map(([site, limit]) => [site, { limit, inUse: 0, waiting: 0 }]));
  }

  /** Stands in line. The turn may have come when this returns. */
  enter(start: Start, calls: TurnCalls): Turn {
    const waiter: Waiter = { ...start, ...calls, number: this.#number++, state: 'waiting' };
    this.#enter(waiter);
    this.#admit(waiter);
    const placeOf = () => (waiter.state === 'waiting' ? this.#placeOf(waiter) : undefined);
    return {
      get hasCome() {
        return waiter.state === 'under-way';
      },
      get place() {
        return placeOf();
      },
      leave: () => this.#leave(waiter),
    };
  }

  /** How many wait and how many are under way, of each site. */
  count(): SiteTurns[] {
    return [...this.#rooms].map(([site, { waiting, inUse }]) => ({ site, waiting, inUse }));
  }

  /** How many users are known: those of whom something waits or is under way. */
  get users(): number {
    return this.#lines.size;
  }

  #enter(waiter: Waiter): void {
    const line = this.#lines.get(waiter.user) ?? { inUse: 0, waiting: new Map() };
    const ofSite = line.waiting.get(waiter.site) ?? new Set();
    line.waiting.set(waiter.site, ofSite.add(waiter));
    this.#lines.set(waiter.user, line);
    this.#roomOf(waiter.site).waiting += 1;
    this.#tellPlaces();
  }

  #leave(waiter: Waiter): void {
    const { user, state } = waiter;
    const line = this.#lines.get(user);
    if (state === 'left' || line === undefined) {
      return;
    }
    waiter.state = 'left';
    if (state === 'waiting') {
      this.#takeOut(waiter, line);
    } else {
      line.inUse -= 1;
      this.#roomOf(waiter.site).inUse -= 1;
      this.#inUse -= 1;
    }
    if (line.inUse === 0 && line.waiting.size === 0) {
      this.#lines.delete(user);
    }
    this.#admit();
  }

  #takeOut(waiter: Waiter, line: Line): void {
    const ofSite = line.waiting.get(waiter.site);
    ofSite?.delete(waiter);
    if (ofSite?.size === 0) {
      line.waiting.delete(waiter.site);
    }
    this.#roomOf(waiter.site).waiting -= 1;
    this.#tellPlaces();
  }

  /** In a moment, once for all moves until then; a line that stands still costs nothing. */
  #tellPlaces(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      for (const line of this.#lines.values()) {
        for (const waiter of [...line.waiting.values()].flatMap((ofSite) => [...ofSite])) {
          waiter.onPlace?.();
        }
      }
    }, TELL_PLACES_MS).unref();
  }

  /** Lets in as many as there is room for. @param newcomer sees himself that his turn has come */
  #admit(newcomer?: Waiter): void {
    for (let next = this.#findNext(); next !== undefined; next = this.#findNext()) {
      this.#letIn(next);
      if (next !== newcomer) {
        next.onTurn();
      }
    }
  }

  #letIn(waiter: Waiter): void {
    const line = this.#lines.get(waiter.user);
    if (line === undefined) {
      return;
    }
    this.#takeOut(waiter, line);
    waiter.state = 'under-way';
    line.inUse += 1;
    this.#roomOf(waiter.site).inUse += 1;
    this.#inUse += 1;
    // To the end of the line of users.
    this.#lines.delete(waiter.user);
    this.#lines.set(waiter.user, line);
  }

  /** The cost is that of a look at each user at the most. */
  #findNext(): Waiter | undefined {
    const open = this.#findOpenSites();
    if (open.size === 0) {
      return undefined;
    }
    for (const line of this.#lines.values()) {
      const next = line.inUse < this.limits.startsAtOnceForUser ? findFirst(line, open) : undefined;
      if (next !== undefined) {
        return next;
      }
    }
    return undefined;
  }

  /** Sites where somebody waits and may go. */
  #findOpenSites(): ReadonlySet<string> {
    const free = this.limits.startsAtOnce - this.#inUse;
    const idle = [...this.#rooms.values()].filter(({ inUse }) => inUse === 0).length;
    const isOpen = ({ limit, inUse, waiting }: Room) => waiting > 0 && inUse < limit && free > (inUse === 0 ? 0 : idle);
    return new Set([...this.#rooms].filter(([, room]) => isOpen(room)).map(([site]) => site));
  }

  /** Users take turns, so each of the others goes before it as often as it has to wait for its own user's earlier ones. */
  #placeOf(waiter: Waiter): number {
    const { user, site } = waiter;
    const own = this.#lines.get(user);
    const earlier = [...(own?.waiting.get(site) ?? [])].indexOf(waiter);
    let place = earlier + 1;
    let isBehind = false;
    for (const line of this.#lines.values()) {
      if (line === own) {
        isBehind = true;
      } else {
        const others = line.waiting.get(site)?.size ?? 0;
        place += Math.min(others, isBehind ? earlier : earlier + 1);
      }
    }
    return place;
  }

  #roomOf(site: string): Room {
    const room = this.#rooms.get(site);
    if (room === undefined) {
      throw new TypeError(`There is no line for the site ${site}.`);
    }
    return room;
  }
}

/** The start that came first, of those to sites that are open. */
function findFirst({ waiting }: Line, open: ReadonlySet<string>): Waiter | undefined {
  let first: Waiter | undefined;
  for (const [site, [waiter]] of waiting) {
    if (waiter !== undefined && open.has(site) && (first === undefined || waiter.number < first.number)) {
      first = waiter;
    }
  }
  return first;
}
