import { z } from 'zod';
import { settingsSchema } from '../../src/config/settings-schema.js';

/** The part of JSON Schema (2020-12) that zod makes of the settings. */
interface Schema {
  description?: string;
  default?: unknown;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** The tables of docs/reference/configuration.md: every setting with its type, default and meaning, as the schema has them. */
export function writeSettingsTables(): string {
  const { sites, ...rest } = (z.toJSONSchema(settingsSchema, { io: 'input' }) as Schema).properties ?? {};
  const kinds = sites?.items?.oneOf ?? [];
  return [
    '## The whole installation',
    writeTable(listRows({ properties: { ...rest, sites: { ...sites, items: {} } }, required: ['sites'] })),
    ...kinds.map((kind) => `## A site of kind \`${kind.properties?.kind?.const}\`\n\n${writeTable(listRows(kind))}`),
  ].join('\n\n');
}

function writeTable(rows: string[]): string {
  return ['| Setting | Type | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** One row a setting, those below another one with the way to it: `public.url`, `users[].name`. */
function listRows({ properties = {}, required = [] }: Schema, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const below = belowOf(schema);
    const inner = below === undefined ? [] : listRows(below, `${path}${schema.items === undefined ? '.' : '[].'}`);
    const own = `| \`${path}\` | ${sayType(schema)} | ${sayDefault(schema, required.includes(name))} | ${sayMeaning(schema)} |`;
    return schema.type === 'object' && below !== undefined && below.required === undefined ? inner : [own, ...inner];
  });
}

function belowOf(schema: Schema): Schema | undefined {
  return [schema, schema.items, ...(schema.anyOf ?? [])].find((one) => one?.properties !== undefined);
}

function sayType(schema: Schema): string {
  const { type, anyOf, items, additionalProperties } = schema;
  if (anyOf !== undefined) {
    return anyOf.map(sayType).filter(isNew).join(', or ');
  }
  const words = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (words !== undefined) {
    return words.map((word) => `\`${word}\``).join(', ');
  }
  switch (type) {
    case 'integer':
      return `whole number${sayRange(schema)}`;
    case 'number':
      return `number${sayRange(schema)}`;
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      return items?.type === 'string' ? 'list of texts' : 'list';
    case 'object':
      return typeof additionalProperties === 'object' ? 'names and texts' : 'settings below it';
    default:
      return 'text';
  }
}

function isNew(text: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(text) === index;
}

function sayRange({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum !== undefined && most !== undefined) {
    return `, ${minimum} to ${most}`;
  }
  const bounds = [
    ['more than', exclusiveMinimum],
    ['at least', minimum],
    ['at most', most],
  ];
  return bounds.flatMap(([words, bound]) => (bound === undefined ? [] : [`, ${words} ${bound}`])).join('');
}

function sayDefault(schema: Schema, isRequired: boolean): string {
  if (isRequired) {
    return '**required**';
  }
  const { default: value } = schema;
  const isNothing = value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
  return isNothing ? '' : `\`${String(value)}\``;
}

function sayMeaning(schema: Schema): string {
  return (schema.description ?? '').replaceAll('|', '\\|');
}
