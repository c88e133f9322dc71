import { ShellTooHard } from './shell-too-hard.js';

const BEGIN = /^<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"$`\\\n]+)"|(\\?[A-Za-z0-9_.-]+))(?=[\s;&|<>)])/;

interface HereDocument {
  readonly delimiter: string;
  readonly stripsTabs: boolean;
  readonly isQuoted: boolean;
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

  /**
   * Takes in `<<WORD` at the beginning of the text.
   *
   * @returns its length
   * @throws ShellTooHard when its end word cannot be told
   */
  announce(rest: string): number {
    const [all, dash, single, double, bare] = BEGIN.exec(rest) ?? [];
    if (all === undefined) {
      throw new ShellTooHard('the end word of a here-document');
    }
    const word = single ?? double ?? bare ?? '';
    const isQuoted = word !== bare || word.startsWith('\\');
    const delimiter = word === bare ? word.replace('\\', '') : word;
    this.#announced = [...this.#announced, { delimiter, stripsTabs: dash === '-', isQuoted }];
    return all.length;
  }

  /** The command's line is over: bodies follow, if any were announced. */
  beginBodies(): void {
    this.#line = this.isPending ? '' : undefined;
  }

  /** @throws ShellTooHard for a line that goes on: it may swallow the end word */
  read(character: string): void {
    if (character !== '\n') {
      this.#line += character;
      return;
    }
    const first = this.#announced[0];
    if (first?.isQuoted === false && this.lastCharacter === '\\') {
      throw new ShellTooHard('a line of a here-document that ends with a backslash');
    }
    const line = first?.stripsTabs ? this.#line?.replace(/^\t+/, '') : this.#line;
    if (line === first?.delimiter) {
      this.#announced = this.#announced.slice(1);
    }
    this.beginBodies();
  }
}
