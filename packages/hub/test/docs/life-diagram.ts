import { MOVES } from '../../src/spawn/life.js';

/** The drawing in docs/explanation/life-of-a-server.md: one arrow for all moves between two states. */
export function writeLifeDiagram(): string {
  const meanings = new Map<string, string[]>();
  for (const { from, to, meaning } of MOVES) {
    for (const state of from.length === 0 ? ['[*]'] : from) {
      const arrow = `${state} --> ${to}`;
      meanings.set(arrow, [...(meanings.get(arrow) ?? []), meaning]);
    }
  }
  const arrows = [...meanings].map(([arrow, causes]) => `    ${arrow}: ${causes.join(', or ')}`);
  return ['```mermaid', 'stateDiagram-v2', ...arrows, '    ended --> [*]', '```'].join('\n');
}

/** The table of causes in docs/reference/states-and-reasons.md. */
export function writeCauses(): string {
  const rows = MOVES.map(
    ({ from, to, cause, meaning }) =>
      `| \`${cause}\` | ${from.map(code).join(', ') || '–'} | ${code(to)} | ${meaning} |`,
  );
  return ['| Cause | From | To | What happened |', '|---|---|---|---|', ...rows].join('\n');
}

function code(word: string): string {
  return `\`${word}\``;
}
