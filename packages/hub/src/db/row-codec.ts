import type { DatabaseConfig } from '../config/config.js';

/** How a value of a row is kept: SQLite has neither booleans nor dates, and JSON is kept as its text by both. */
export type ColumnType = 'text' | 'integer' | 'boolean' | 'date' | 'json';

/** The type of every column of a row. */
export type ColumnTypes<Row> = { readonly [Name in keyof Row]-?: ColumnType };

type Engine = DatabaseConfig['engine'];

/**
 * The one place where rows turn into records of the database and back, so that both engines give the same values:
 * Date objects (with milliseconds), booleans, parsed JSON, null for what is not set. Column names are snake_case.
 */
export class RowCodec<Row extends object> {
  readonly #names: readonly (keyof Row & string)[];
  readonly #types: ColumnTypes<Row>;
  readonly #engine: Engine;

  constructor(engine: Engine, types: ColumnTypes<Row>) {
    this.#engine = engine;
    this.#types = types;
    this.#names = Object.keys(types) as (keyof Row & string)[];
  }

  /** The names of the columns, but for those of some parts of a row. */
  listColumns(but: readonly (keyof Row & string)[] = []): string[] {
    return this.#names.filter((name) => !but.includes(name)).map(columnName);
  }

  /** The record of a row or of a part of one; names that are not columns, and undefined values, are left out. */
  encode(row: Partial<Row>): Record<string, unknown> {
    const known = this.#names.filter((name) => row[name] !== undefined);
    return Object.fromEntries(known.map((name) => [columnName(name), this.#encodeValue(this.#types[name], row[name])]));
  }

  /** The row of a record; a column that the record has not is null. */
  decode(record: Record<string, unknown>): Row {
    return Object.fromEntries(
      this.#names.map((name) => [name, decodeValue(this.#types[name], record[columnName(name)])]),
    ) as Row;
  }

  #encodeValue(type: ColumnType, value: unknown): unknown {
    if (value === null) {
      return null;
    }
    switch (type) {
      case 'text':
        return cleanText(String(value));
      case 'json':
        return JSON.stringify(value);
      case 'date':
        return this.#engine === 'sqlite' ? (value as Date).toISOString() : value;
      case 'boolean':
        return this.#engine === 'sqlite' ? Number(value) : value;
      case 'integer':
        return value;
    }
  }
}

/** A date as a condition of a query compares it. */
export function encodeDate(engine: Engine, date: Date): unknown {
  return engine === 'sqlite' ? date.toISOString() : date;
}

/**
 * PostgreSQL's text has no NUL character (https://www.postgresql.org/docs/15/datatype-character.html), and neither
 * engine has half a surrogate pair; the log of a job may have both.
 */
function cleanText(text: string): string {
  return Buffer.from(text.replaceAll('\0', '\uFFFD')).toString();
}

function decodeValue(type: ColumnType, value: unknown): unknown {
  if (value === null || value === undefined) {
    return null;
  }
  switch (type) {
    case 'json':
      return JSON.parse(String(value));
    case 'date':
      return value instanceof Date ? value : new Date(String(value));
    case 'boolean':
      return Boolean(value);
    case 'text':
    case 'integer':
      return value;
  }
}

/** `createdAt` → `created_at`. */
function columnName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
