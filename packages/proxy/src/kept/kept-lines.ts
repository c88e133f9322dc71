import type { Route } from '../routes/route.js';

/*
 * The file of routes: JSON Lines. The first line says what it is; each further one sets a route (`path` and `route`, the
 * body of the POST that set it) or takes it away (`path` alone). The last word about a path counts.
 */

/** The first line. */
export const titleLine = '{"juhubProxyRoutes":1}\n';

/** The line that sets a route as it is now, its secrets included. */
export function writeSetLine(route: Route): string {
  return `${JSON.stringify({ path: route.path.key, route: route.toBody() })}\n`;
}

/** The line that takes a route away. */
export function writeRemoveLine(path: string): string {
  return `${JSON.stringify({ path })}\n`;
}

/**
 * The bodies of the routes by path, unchecked. A last line without its end was cut off by a crash before anybody was
 * told that it counts, and is passed over. Throws an `Error` for what is no such file; its message repeats nothing of it.
 */
export function readKeptLines(text: string): Map<string, unknown> {
  const [title, ...lines] = text.split('\n');
  if (`${title}\n` !== titleLine) throw new Error('it does not begin as a file of routes does');
  lines.pop();
  const routes = new Map<string, unknown>();
  for (const [index, line] of lines.entries()) {
    const { path, route } = parseLine(line, index + 2);
    if (route === undefined) routes.delete(path);
    else routes.set(path, route);
  }
  return routes;
}

function parseLine(line: string, number: number): { path: string; route?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string') {
      return value as { path: string };
    }
  } catch {
    // Not as the cause: the parser's message repeats a part of the line, which may hold a secret.
  }
  throw new Error(`its line ${number} cannot be read`);
}
