import type { HubContext } from './hub-context.js';

/** A field of the form that was sent; the empty text where it is missing, or is not one text. */
export function readField(ctx: HubContext, name: string): string {
  const { body } = ctx.request;
  const value = body !== null && typeof body === 'object' && Object.hasOwn(body, name) ? Reflect.get(body, name) : '';
  return typeof value === 'string' ? value : '';
}

/** A parameter of the query; undefined where it is missing or is there more than once. */
export function readQuery(ctx: HubContext, name: string): string | undefined {
  const value = ctx.query[name];
  return typeof value === 'string' ? value : undefined;
}
