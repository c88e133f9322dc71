import type { z } from 'zod';

/** The parts of zod's definitions that lead to the settings below a schema. */
interface Definition {
  innerType?: z.core.$ZodType;
  element?: z.core.$ZodType;
  valueType?: z.core.$ZodType;
  options?: readonly z.core.$ZodType[];
  discriminator?: string;
  shape?: Record<string, z.core.$ZodType>;
}

/** The names that may stand below `path`, as the schema has them; of several kinds only the one that `value` is of. */
export function listKnownSettings(schema: z.core.$ZodType, value: unknown, path: readonly PropertyKey[]): string[] {
  const { innerType, element, valueType, options, discriminator, shape } = schema._zod.def as Definition;
  if (innerType !== undefined) {
    return listKnownSettings(innerType, value, path);
  }
  if (options !== undefined) {
    const fitting =
      discriminator === undefined ? options : options.filter((option) => fits(option, discriminator, value));
    return fitting.flatMap((option) => listKnownSettings(option, value, path));
  }
  const [first, ...rest] = path;
  if (first === undefined) {
    return Object.keys(shape ?? {});
  }
  const next = shape?.[String(first)] ?? element ?? valueType;
  return next === undefined ? [] : listKnownSettings(next, readChild(value, first), rest);
}

function fits(option: z.core.$ZodType, discriminator: string, value: unknown): boolean {
  return option._zod.propValues?.[discriminator]?.has(readChild(value, discriminator) as string) ?? false;
}

function readChild(value: unknown, name: PropertyKey): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[name] : undefined;
}
