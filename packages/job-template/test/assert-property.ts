import fc from 'fast-check';

/** How long a property goes on; a machine that has other work to do tries fewer values. */
const TIME_LIMIT_MS = 10_000;

/**
 * Tries a property of many values at once. Its failure is told in the property's own words, with the seed that brings
 * it back: fast-check's way of trying ever smaller values would take minutes here, and print all of them.
 */
export function assertProperty<T>(property: fc.IProperty<[T]>, numRuns: number): void {
  const { failed, seed, counterexamplePath, errorInstance } = fc.check(property, {
    numRuns,
    interruptAfterTimeLimit: TIME_LIMIT_MS,
    endOnFailure: true,
  }) as fc.RunDetails<[T]>;
  if (failed) {
    const again = `{ seed: ${seed}, path: '${counterexamplePath}' }`;
    const words = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    throw new Error(`With ${again}: ${words}`, { cause: errorInstance });
  }
}
