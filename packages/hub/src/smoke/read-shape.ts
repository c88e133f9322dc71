import type { z } from 'zod';
import { SmokeFailure } from './smoke-error.js';

/**
 * Reads an answer of the hub by the shape that the hub itself made it with. What the shape does not know is passed over:
 * a newer hub may say more.
 *
 * @throws SmokeFailure when something is missing or of another kind
 */
export function readShape<Shape extends z.ZodType>(shape: Shape, answer: unknown): z.output<Shape> {
  const value: unknown = structuredClone(answer);
  const first = shape.safeParse(value);
  if (first.success) {
    return first.data;
  }
  for (const issue of first.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      removeKeys(value, issue.path, issue.keys);
    }
  }
  const second = shape.safeParse(value);
  if (second.success) {
    return second.data;
  }
  const [issue] = second.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  throw new SmokeFailure(
    `The hub’s answer is not what this juhub expects (${where}: ${issue?.message}). Are they of different versions?`,
  );
}

function removeKeys(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  let inner = value;
  for (const key of path) {
    inner = (inner as Record<PropertyKey, unknown>)[key];
  }
  for (const key of keys) {
    delete (inner as Record<string, unknown>)[key];
  }
}
