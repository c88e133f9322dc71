import type { ValueType } from './render-context.js';

/** A place in a file, both counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Text that goes into the script as it stands. */
export interface TextNode {
  readonly kind: 'text';
  readonly text: string;
  readonly place: Place;
}

/** `{{path}}` (one shell word) or `{{sbatch path}}` (plain characters, for an `#SBATCH` line). */
export interface ValueNode {
  readonly kind: 'value';
  readonly path: string;
  readonly type: ValueType;
  readonly form: 'word' | 'sbatch';
  readonly place: Place;
}

/** `{{#if path}}`, `{{#if (eq path "text")}}`, or `unless` in place of `if`. */
export interface WhenNode {
  readonly kind: 'when';
  readonly path: string;
  /** Undefined: true for everything but false, 0, the empty text and a value that is not there. */
  readonly equals: string | number | boolean | undefined;
  readonly isNegated: boolean;
  readonly then: readonly BodyNode[];
  readonly otherwise: readonly BodyNode[];
  readonly place: Place;
}

/** `{{> name}}`: a shell file, taken as it is: Handlebars never reads it, so its braces mean what the shell says. */
export interface PartNode {
  readonly kind: 'part';
  readonly name: string;
  readonly text: string;
  /** The part's own file. */
  readonly file: string;
  readonly place: Place;
}

/** What a template's body is made of once it is read. */
export type BodyNode = TextNode | ValueNode | WhenNode | PartNode;

/** Calls back for every node, those in branches included. */
export function visitNodes(nodes: readonly BodyNode[], visit: (node: BodyNode) => void): void {
  for (const node of nodes) {
    visit(node);
    if (node.kind === 'when') {
      visitNodes(node.then, visit);
      visitNodes(node.otherwise, visit);
    }
  }
}
