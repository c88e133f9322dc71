import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { ConnectorError, readMessage } from '../connector-error.js';

/** A command's input is part of the request; job scripts are small. */
const maxBodyBytes = 32 * 1024 * 1024;

/**
 * Reads a JSON body of the shape that `schema` asks for.
 * @throws ConnectorError `bad-request` that says which field is wrong
 */
export async function readBody<T extends z.ZodType>(request: IncomingMessage, schema: T): Promise<z.output<T>> {
  return checkShape(parseJson(await readText(request)), schema);
}

/**
 * Checks a value against a schema.
 * @throws ConnectorError `bad-request` that says which field is wrong
 */
export function checkShape<T extends z.ZodType>(value: unknown, schema: T): z.output<T> {
  const { data, error } = schema.safeParse(value);
  if (!error) return data;
  const issues = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new ConnectorError('bad-request', `The connector cannot read the request: ${issues.join('; ')}`);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBodyBytes)
      throw new ConnectorError('bad-request', `The request is larger than ${maxBodyBytes} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConnectorError('bad-request', `The body of the request is no JSON: ${readMessage(error)}`, {
      cause: error,
    });
  }
}
