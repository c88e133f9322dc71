/** Something that can be in one `Membership`. */
export interface Member {
  /** Where it stands there; -1 while it is in none. Belongs to the list. */
  place: number;
}

/**
 * What is open just now, in no order; joining and leaving take the same short time however much there is.
 *
 * Not a `Set`: one that is filled and emptied all the time is copied again and again, and V8 keeps every old copy, with
 * all that was in it, until the next big collection. For a request that takes a millisecond that is most of its cost.
 */
export class Membership<T extends Member> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  join(member: T): void {
    if (member.place >= 0) return;
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Nothing happens to one that is not in it. */
  leave(member: T): void {
    if (this.#members[member.place] !== member) return;
    const last = this.#members.pop();
    if (last !== undefined && last !== member) {
      this.#members[member.place] = last;
      last.place = member.place;
    }
    member.place = -1;
  }

  /** All of them as they are now: each may leave while it is dealt with. */
  list(): T[] {
    return [...this.#members];
  }
}
