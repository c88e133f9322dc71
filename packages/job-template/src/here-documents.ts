const BEGIN = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"$`\\\n]+)"|\\?([A-Za-z0-9_.-]+))/;

interface HereDocument {
  readonly delimiter: string;
  readonly stripsTabs: boolean;
}

/** The here-documents that a command has announced and that follow its line. Source: bash(1), Here Documents. */
export class HereDocuments {
  #announced: readonly HereDocument[] = [];
  /** The line that is being read; undefined outside of a body. */
  #line: string | undefined;

  get isReading(): boolean {
    return this.#line !== undefined;
  }

  get isPending(): boolean {
    return this.#announced.length > 0;
  }

  /** The last character of the current line, which may change what follows it. */
  get lastCharacter(): string {
    return this.#line?.at(-1) ?? '';
  }

  get state(): unknown {
    return [this.#announced, this.#line];
  }

  fork(): HereDocuments {
    const copy = new HereDocuments();
    copy.#announced = this.#announced;
    copy.#line = this.#line;
    return copy;
  }

  /** @returns the length of `<<WORD` at the beginning of the text, or undefined when its end word cannot be told */
  announce(rest: string): number | undefined {
    const [all, dash, single, double, bare] = BEGIN.exec(rest) ?? [];
    if (all === undefined) {
      return undefined;
    }
    this.#announced = [...this.#announced, { delimiter: single ?? double ?? bare ?? '', stripsTabs: dash === '-' }];
    return all.length;
  }

  /** The command's line is over: bodies follow, if any were announced. */
  beginBodies(): void {
    this.#line = this.isPending ? '' : undefined;
  }

  read(character: string): void {
    if (character !== '\n') {
      this.#line += character;
      return;
    }
    const first = this.#announced[0];
    const line = first?.stripsTabs ? this.#line?.replace(/^\t+/, '') : this.#line;
    if (line === first?.delimiter) {
      this.#announced = this.#announced.slice(1);
    }
    this.beginBodies();
  }
}
