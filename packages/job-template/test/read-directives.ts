/**
 * The options that sbatch takes from a script, in its order: words of the `#SBATCH` (and `#PBS`) lines before the first
 * command, quotes taken off.
 *
 * Source: Slurm 24.11, src/sbatch/opt.c: _opt_batch_script, _get_argument.
 */
export function readDirectives(script: string): string[] {
  const found: string[] = [];
  for (const line of script.split('\n')) {
    const magic = /^#(SBATCH|PBS)/.exec(line)?.[0];
    if (magic !== undefined) {
      found.push(...splitWords(line.slice(magic.length)));
    } else if (/^\s*[^\s#]/.test(line)) {
      break;
    }
  }
  return found;
}

function splitWords(line: string): string[] {
  const words: string[] = [];
  const next = /\s*((?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\])+)/y;
  for (let match = next.exec(line); match?.[1] !== undefined; match = next.exec(line)) {
    if (match[1].startsWith('#')) {
      break;
    }
    words.push(match[1].replaceAll(/["']/g, '').replaceAll(/\\(.)/g, '$1'));
  }
  return words;
}
