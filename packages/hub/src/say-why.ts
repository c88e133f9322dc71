/** The words of an error for a person; anything thrown that is no Error is named as it is. */
export function sayWhy(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
