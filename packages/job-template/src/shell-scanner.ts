import { HereDocuments } from './here-documents.js';
import { EXPANSIONS, type Opening, QUOTES } from './shell-openings.js';
import type { Spot, Surrounding } from './shell-spot.js';
import { ShellTooHard } from './shell-too-hard.js';

interface Frame {
  readonly surrounding: Surrounding;
  /** What ends it; comments end with their line. */
  readonly end: string;
  readonly line: number;
}

/**
 * Follows the quoting of a bash script through pieces of text, so that a value is let in only where it is one word.
 * It knows quotes, expansions, comments and here-documents; it is no parser of commands, and what it cannot follow it
 * refuses.
 *
 * Source: bash(1), QUOTING, EXPANSION, COMMENTS; sbatch(1) for `#SBATCH` lines.
 */
export class ShellScanner {
  #frames: readonly Frame[] = [];
  #heredocs = new HereDocuments();
  #prefix: '' | '\\' | '$' = '';
  #isWordStart = true;
  #isLineStart = true;
  #word = '';
  #last = '';
  /** In the target of `>&`, whose quotes bash takes off twice. */
  #isDuplication = false;
  #line = 1;

  /** What a value written here would land in. */
  get spot(): Spot {
    if (this.#heredocs.isReading) {
      const isPrefixed = /[\\$]/.test(this.#heredocs.lastCharacter);
      return { surrounding: 'a here-document', isPrefixed, isOption: false };
    }
    const isPrefixed = this.#prefix !== '' || this.#isDuplication;
    return { surrounding: this.#top, isPrefixed, isOption: this.#isOption };
  }

  /** Two scanners with the same state read what follows alike. */
  get state(): string {
    const surroundings = this.#frames.map((frame) => frame.surrounding);
    const now = [this.#prefix, this.#isWordStart, this.#isDuplication, this.#isOption];
    return JSON.stringify([surroundings, this.#heredocs.state, ...now]);
  }

  /** What is still open, and since which line; undefined where a new command can stand. */
  get open(): { readonly what: string; readonly line: number } | undefined {
    if (this.#heredocs.isReading || this.#heredocs.isPending) {
      return { what: 'a here-document', line: this.#line };
    }
    const frame = this.#frames.at(-1);
    if (frame === undefined || frame.surrounding === 'comment' || frame.surrounding === 'sbatch') {
      return undefined;
    }
    return { what: frame.surrounding === 'command' ? 'a parenthesis' : frame.surrounding, line: frame.line };
  }

  /** A copy that can be fed on its own: a branch. */
  fork(): ShellScanner {
    const copy = new ShellScanner();
    copy.#frames = this.#frames;
    copy.#heredocs = this.#heredocs.fork();
    copy.#prefix = this.#prefix;
    copy.#isWordStart = this.#isWordStart;
    copy.#isLineStart = this.#isLineStart;
    copy.#word = this.#word;
    copy.#last = this.#last;
    copy.#isDuplication = this.#isDuplication;
    return copy;
  }

  /** A value stands here: for what follows it is like a letter. */
  skipValue(): void {
    this.#prefix = '';
    this.#word += '?';
    this.#last = '?';
    this.#pass(false);
    if (this.#heredocs.isReading) {
      this.#heredocs.read('\0');
    }
  }

  /**
   * Reads on.
   *
   * @param line the number of the text's first line
   * @throws ShellTooHard where the quoting cannot be told
   */
  read(text: string, line: number): void {
    this.#line = line;
    let at = 0;
    while (at < text.length) {
      const length = this.#step(text.slice(at, at + 200));
      const token = text.slice(at, at + length);
      this.#line += token.split('\n').length - 1;
      this.#last = token.at(-1) ?? '';
      at += length;
    }
  }

  get #isOption(): boolean {
    return this.#top === 'sbatch' && !this.#word.includes('=');
  }

  get #top(): Surrounding {
    return this.#frames.at(-1)?.surrounding ?? 'command';
  }

  /** Takes one token and returns its length. */
  #step(rest: string): number {
    if (this.#heredocs.isReading) {
      this.#heredocs.read(rest.charAt(0));
      return 1;
    }
    const prefix = this.#prefix;
    this.#prefix = '';
    if (prefix === '\\') {
      return this.#pass(false);
    }
    if (rest.startsWith('\n')) {
      return this.#endLine();
    }
    switch (this.#top) {
      case 'comment':
        return 1;
      case 'sbatch':
        this.#word = /\s/.test(rest.charAt(0)) ? '' : this.#word + rest.charAt(0);
        return 1;
      case 'command':
        return this.#readCommand(rest);
      default:
        return this.#readQuoted(rest, this.#top);
    }
  }

  #pass(isWordStart: boolean, length = 1): number {
    this.#isWordStart = isWordStart;
    this.#isLineStart = false;
    return length;
  }

  #push(surrounding: Surrounding, end: string, length: number): number {
    this.#frames = [...this.#frames, { surrounding, end, line: this.#line }];
    this.#word = '';
    return this.#pass(surrounding === 'command', length);
  }

  #pop(length: number): number {
    this.#frames = this.#frames.slice(0, -1);
    return this.#pass(false, length);
  }

  #pushFirst(rest: string, openings: readonly Opening[]): number | undefined {
    const found = openings.find(([start]) => rest.startsWith(start));
    return found && this.#push(found[1], found[2], found[0].length);
  }

  #endLine(): number {
    if (this.#top === 'comment' || this.#top === 'sbatch') {
      this.#pop(1);
    }
    if (this.#top === 'command') {
      this.#isDuplication = false;
      this.#endWord();
      this.#heredocs.beginBodies();
    }
    this.#isWordStart = true;
    this.#isLineStart = true;
    return 1;
  }

  /** Inside quotes and expansions, until their end; what nests in them has ends of its own. */
  #readQuoted(rest: string, surrounding: Surrounding): number {
    const end = this.#frames.at(-1)?.end ?? '';
    if (rest.startsWith('\\') && surrounding !== 'single quotes') {
      this.#checkContinuation(rest, surrounding === 'double quotes' && this.#last !== '$');
      this.#prefix = '\\';
      return this.#pass(false);
    }
    if (rest.startsWith(end)) {
      return this.#pop(end.length);
    }
    if (surrounding === 'single quotes' || surrounding === "$'…' quotes" || surrounding === 'backticks') {
      return 1;
    }
    if (surrounding === 'an arithmetic expression' && rest.startsWith('(')) {
      return this.#push('an arithmetic expression', ')', 1);
    }
    if (surrounding !== 'double quotes' && /^\$?['"]/.test(rest)) {
      return this.#readQuoteInExpansion(rest);
    }
    return this.#readExpansion(rest) ?? this.#pass(false);
  }

  /** bash reads single quotes inside `"${…}"` differently from operator to operator. */
  #readQuoteInExpansion(rest: string): number {
    if (!rest.startsWith('"') && this.#frames.some((frame) => frame.surrounding === 'double quotes')) {
      throw new ShellTooHard('a quote inside a quoted expansion');
    }
    return this.#pushFirst(rest, QUOTES) ?? 1;
  }

  #readExpansion(rest: string): number | undefined {
    const nested = this.#pushFirst(rest, EXPANSIONS);
    if (nested !== undefined || !rest.startsWith('$')) {
      return nested;
    }
    if (/^\$[#$?!*@-]/.test(rest)) {
      return this.#pass(false, 2);
    }
    this.#prefix = '$';
    return this.#pass(false);
  }

  #readCommand(rest: string): number {
    if (rest.startsWith('\\\n')) {
      this.#checkContinuation(rest, /^\s?$/.test(this.#last));
      return 2;
    }
    if (rest.startsWith('#') && this.#isWordStart) {
      const isSbatch = this.#isLineStart && this.#frames.length === 0 && rest.startsWith('#SBATCH');
      return this.#push(isSbatch ? 'sbatch' : 'comment', '', 1);
    }
    if (rest.startsWith('\\')) {
      this.#word += '\\';
      this.#prefix = '\\';
      return this.#pass(false);
    }
    if (/^[()]/.test(rest)) {
      return this.#readParenthesis(rest);
    }
    if (rest.startsWith('<')) {
      return this.#readRedirection(rest);
    }
    if (rest.startsWith('[') && this.#beginsSubscript(rest)) {
      return this.#push('an arithmetic expression', ']', 1);
    }
    return this.#pushFirst(rest, QUOTES) ?? this.#readExpansion(rest) ?? this.#readPlain(rest.charAt(0));
  }

  /** `name[…]=` and, in a list, `[…]=`: bash calculates what is in there. A pattern such as `a[bc]` looks the same. */
  #beginsSubscript(rest: string): boolean {
    return this.#isWordStart ? /^\[(?![\s[])/.test(rest) : /^[A-Za-z_]\w*$/.test(this.#word);
  }

  #readPlain(character: string): number {
    const isSeparator = /[ \t;&|>]/.test(character);
    if (isSeparator) {
      const isStillBefore = this.#isDuplication && this.#isWordStart && /[ \t]/.test(character);
      this.#isDuplication = isStillBefore || (character === '&' && /[<>]/.test(this.#last));
      this.#endWord();
    } else {
      this.#word += character;
    }
    return this.#pass(isSeparator);
  }

  /** The `)` of a pattern looks like the end of `$(…)`: only a part of its own may hold a `case` in there. */
  #endWord(): void {
    if (this.#word === 'case' && this.#frames.length > 0) {
      throw new ShellTooHard('“case” inside parentheses');
    }
    this.#word = '';
  }

  /** bash takes `\` and the line's end out before it reads: two signs around them become one. */
  #checkContinuation(rest: string, isHarmless: boolean): void {
    if (rest.startsWith('\\\n') && !isHarmless) {
      throw new ShellTooHard('a line that goes on in the middle of a word');
    }
  }

  #readParenthesis(rest: string): number {
    const isWordStart = this.#isWordStart;
    this.#endWord();
    if (rest.startsWith('((') && isWordStart) {
      return this.#push('an arithmetic expression', '))', 2);
    }
    if (rest.startsWith('(')) {
      return this.#push('command', ')', 1);
    }
    // At the outermost level it ends a pattern of `case`.
    return this.#frames.length > 0 ? this.#pop(1) : this.#pass(true);
  }

  #readRedirection(rest: string): number {
    this.#endWord();
    this.#pass(true);
    if (!rest.startsWith('<<') || rest.startsWith('<<<')) {
      return rest.startsWith('<<<') ? 3 : 1;
    }
    return this.#heredocs.announce(rest);
  }
}
