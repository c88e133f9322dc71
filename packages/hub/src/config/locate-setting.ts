import { type Document, isAlias, isMap, isSeq, type LineCounter, type Node, type Pair } from 'yaml';

/** A place in the file; line and column count from 1. */
export interface Place {
  line: number;
  column: number;
}

/**
 * Finds where a setting stands in the file: its value, its name when `atKey`, and where it is missing the nearest
 * thing above it that is there.
 */
export function locateSetting(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly PropertyKey[],
  atKey: boolean,
): Place {
  let node: unknown = document.contents;
  let found: Node | undefined = startOf(node);
  for (const [index, part] of path.entries()) {
    const pair = findChild(node, part, document);
    if (pair === undefined) {
      break;
    }
    found =
      (atKey && index === path.length - 1 ? startOf(pair.key) : undefined) ?? startOf(pair.value) ?? startOf(pair.key);
    node = pair.value;
  }
  const { line, col } = lines.linePos(found?.range?.[0] ?? 0);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function findChild(
  parent: unknown,
  part: PropertyKey,
  document: Document.Parsed,
): { key?: unknown; value: unknown } | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isMap(node)) {
    return node.items.find((pair: Pair) => String(pair.key) === String(part));
  }
  if (isSeq(node)) {
    const value = node.items[Number(part)];
    return value === undefined ? undefined : { value };
  }
  return undefined;
}

function startOf(node: unknown): Node | undefined {
  return node !== null && typeof node === 'object' && 'range' in node && node.range ? (node as Node) : undefined;
}
