import type { BodyNode, Place, ValueNode, WhenNode } from './body-node.js';
import { ShellScanner } from './shell-scanner.js';
import type { Spot } from './shell-spot.js';
import { ShellTooHard } from './shell-too-hard.js';
import type { TemplateProblem } from './template-error.js';

/**
 * Checks that every value of a body stands where the shell takes it as one word, whichever branches are taken: not
 * inside quotes (there the quotes that a value brings along would close them), not in a here-document, not right after
 * `$` or `\`. In `#SBATCH` lines, which no shell reads, texts have to come through `{{sbatch …}}`.
 * Numbers and booleans are plain in every place.
 */
export function checkPlaces(nodes: readonly BodyNode[], end: Place): readonly TemplateProblem[] {
  const checker = new PlaceChecker();
  const scanner = checker.follow(nodes, new ShellScanner());
  const open = scanner?.open;
  if (open !== undefined) {
    checker.report({ ...end, line: open.line, column: 1 }, `Something is never closed: ${open.what}.`);
  }
  return checker.problems;
}

class PlaceChecker {
  readonly problems: TemplateProblem[] = [];

  report(place: Place, message: string): void {
    this.problems.push({ code: 'unsafe-place', ...place, message });
  }

  /** @returns the scanner behind the nodes, or undefined when the quoting was lost on the way */
  follow(nodes: readonly BodyNode[], start: ShellScanner): ShellScanner | undefined {
    let scanner: ShellScanner | undefined = start;
    for (const node of nodes) {
      scanner = this.#pass(node, scanner);
      if (scanner === undefined) {
        return undefined;
      }
    }
    return scanner;
  }

  #pass(node: BodyNode, scanner: ShellScanner): ShellScanner | undefined {
    switch (node.kind) {
      case 'text':
        return this.#readText(node.text, node.place, scanner);
      case 'value':
        this.#checkValue(node, scanner.spot);
        scanner.skipValue();
        return scanner;
      case 'part':
        if (scanner.open !== undefined || scanner.spot.surrounding !== 'command') {
          this.report(node.place, `A part can stand only where a command can, not inside ${scanner.spot.surrounding}.`);
        }
        return scanner;
      case 'when':
        return this.#joinBranches(node, scanner);
    }
  }

  #readText(text: string, place: Place, scanner: ShellScanner): ShellScanner | undefined {
    try {
      scanner.read(text, place.line);
      return scanner;
    } catch (error) {
      if (!(error instanceof ShellTooHard)) {
        throw error;
      }
      this.report(place, error.message);
      return undefined;
    }
  }

  #joinBranches(node: WhenNode, scanner: ShellScanner): ShellScanner | undefined {
    const then = this.follow(node.then, scanner.fork());
    const otherwise = this.follow(node.otherwise, scanner.fork());
    if (then !== undefined && otherwise !== undefined && then.state !== otherwise.state) {
      this.report(
        node.place,
        'Whether this condition holds changes how the shell reads what follows: close all quotes.',
      );
      return undefined;
    }
    return then && otherwise;
  }

  #checkValue(node: ValueNode, spot: Spot): void {
    const { surrounding, isPrefixed, isOption } = spot;
    if (node.form === 'sbatch' && surrounding !== 'sbatch') {
      this.report(node.place, `{{sbatch ${node.path}}} is for #SBATCH lines; here write {{${node.path}}}.`);
    } else if (isPrefixed) {
      this.report(node.place, `A value cannot follow right after $, \\ or >&: {{${node.path}}}.`);
    } else if (node.form === 'word' && surrounding === 'sbatch' && node.type === 'text') {
      this.report(node.place, `sbatch does not read quotes as the shell does: write {{sbatch ${node.path}}}.`);
    } else if (node.type === 'text' && isOption) {
      this.report(
        node.place,
        `A text in an #SBATCH line belongs to an option: write --option={{sbatch ${node.path}}}.`,
      );
    } else if (!isAllowed(node, surrounding)) {
      const advice = `Write value={{${node.path}}} on a line before and "$value" here.`;
      this.report(node.place, `{{${node.path}}} brings its own quotes and stands inside ${surrounding}. ${advice}`);
    }
  }
}

function isAllowed(node: ValueNode, surrounding: Spot['surrounding']): boolean {
  if (surrounding === 'command' || surrounding === 'comment' || surrounding === 'sbatch') {
    return true;
  }
  // The shell's own parser reads backticks twice; nothing goes in there.
  return node.type !== 'text' && surrounding !== 'backticks';
}
