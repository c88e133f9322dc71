interface Node<Value> {
  readonly children: Map<string, Node<Value>>;
  value: Value | undefined;
}

/**
 * Values by path, found by the longest prefix of whole segments: `/user/al` never matches `/user/alice`. A lookup takes
 * as many steps as the path has segments, however many routes there are.
 */
export class RouteTable<Value extends object> {
  readonly #root: Node<Value> = createNode();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  set(segments: readonly string[], value: Value): void {
    let node = this.#root;
    for (const segment of segments) {
      let child = node.children.get(segment);
      if (child === undefined) {
        child = createNode();
        node.children.set(segment, child);
      }
      node = child;
    }
    if (node.value === undefined) this.#size += 1;
    node.value = value;
  }

  /** The value at exactly this path. */
  get(segments: readonly string[]): Value | undefined {
    return this.#walk(segments)?.at(-1)?.value;
  }

  /** The value at the longest prefix of this path. */
  match(segments: readonly string[]): Value | undefined {
    let node: Node<Value> | undefined = this.#root;
    let found = node.value;
    for (const segment of segments) {
      node = node.children.get(segment);
      if (node === undefined) break;
      found = node.value ?? found;
    }
    return found;
  }

  /** Takes the value at exactly this path out and returns it; branches left empty are pruned. */
  delete(segments: readonly string[]): Value | undefined {
    const nodes = this.#walk(segments);
    const last = nodes?.at(-1);
    if (nodes === undefined || last?.value === undefined) return undefined;
    const value = last.value;
    last.value = undefined;
    this.#size -= 1;
    for (let depth = nodes.length - 1; depth > 0; depth -= 1) {
      const node = nodes[depth];
      if (node === undefined || node.value !== undefined || node.children.size > 0) break;
      nodes[depth - 1]?.children.delete(segments[depth - 1] ?? '');
    }
    return value;
  }

  /** All values, parents before their children. */
  *values(): Generator<Value> {
    const waiting = [this.#root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (node.value !== undefined) yield node.value;
      waiting.push(...node.children.values());
    }
  }

  /** The nodes from the root down to this path, or nothing where the path leaves the tree. */
  #walk(segments: readonly string[]): Node<Value>[] | undefined {
    const nodes = [this.#root];
    for (const segment of segments) {
      const child = nodes.at(-1)?.children.get(segment);
      if (child === undefined) return undefined;
      nodes.push(child);
    }
    return nodes;
  }
}

function createNode<Value>(): Node<Value> {
  return { children: new Map(), value: undefined };
}
