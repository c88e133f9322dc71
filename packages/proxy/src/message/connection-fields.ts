import type { Fields } from './fields.js';

/** The values of those headers that say where a message ends, and what becomes of its connection. */
export interface ConnectionFields {
  readonly connection: string[];
  readonly upgrade: string[];
  readonly lengths: string[];
  readonly codings: string[];
}

export function readConnectionFields({ names, rawHeaders }: Fields): ConnectionFields {
  const found: ConnectionFields = { connection: [], upgrade: [], lengths: [], codings: [] };
  for (let index = 0; index < names.length; index += 1) {
    const list = pickList(found, names[index]?.lower);
    list?.push(rawHeaders[index * 2 + 1] ?? '');
  }
  return found;
}

function pickList(found: ConnectionFields, name: string | undefined): string[] | undefined {
  switch (name) {
    case 'content-length':
      return found.lengths;
    case 'transfer-encoding':
      return found.codings;
    case 'connection':
      return found.connection;
    case 'upgrade':
      return found.upgrade;
    default:
      return undefined;
  }
}
