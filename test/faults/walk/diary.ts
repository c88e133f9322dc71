/** What was done in a walk, and when: what a person needs who looks for the cause of a failure. */
export class Diary {
  readonly #lines: string[] = [];
  readonly #startedAt = Date.now();

  note(what: string): void {
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    this.#lines.push(`${seconds.padStart(6)} s  ${what}`);
  }

  get faults(): number {
    return this.#lines.filter((line) => line.includes(' fault: ')).length;
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
