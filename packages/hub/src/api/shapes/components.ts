import { z } from 'zod';

/** The shapes that have a name of their own in the OpenAPI document. */
export const components = z.registry<{ id: string }>();

/** A point in time: ISO 8601 in UTC. */
export const momentShape = z.iso.datetime();

/** Writes a point in time. */
export function writeMoment(date: Date): string {
  return date.toISOString();
}

/** The same where there may be none. */
export function writeMomentOf(date: Date | null | undefined): string | null {
  return date === null || date === undefined ? null : writeMoment(date);
}
