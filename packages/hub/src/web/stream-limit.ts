import { WebError } from './web-error.js';

/** One person's live streams; a browser or a program has few, so that more are a fault or an attack. */
const MOST_STREAMS = 40;

/** Counts the answers that stay open, by person. */
export class StreamLimit {
  readonly #open = new Map<string, number>();

  /** Counts one more. @returns how to count it down, once. @throws WebError 429 when there are too many */
  take(userName: string): () => void {
    const open = this.#open.get(userName) ?? 0;
    if (open >= MOST_STREAMS) {
      throw new WebError(
        429,
        'too-many-streams',
        'Too many of your pages or programs follow servers. Close some of them.',
      );
    }
    this.#open.set(userName, open + 1);
    return () => this.#giveBack(userName);
  }

  #giveBack(userName: string): void {
    const left = (this.#open.get(userName) ?? 1) - 1;
    if (left === 0) {
      this.#open.delete(userName);
    } else {
      this.#open.set(userName, left);
    }
  }
}
