/** What a template's body can read. Shapes are checked again when a value is written into the script. */
export interface RenderContext {
  readonly server: {
    readonly id: string;
    readonly name: string;
    /** Public path, with a slash at both ends: `/user/alice/default/`. */
    readonly basePath: string;
    /** The server's folder, relative to the user's home: `.juhub/servers/<id>`. */
    readonly dir: string;
  };
  readonly job: {
    readonly name: string;
    /** False: a plain process on the login node, without Slurm. */
    readonly scheduled: boolean;
  };
  readonly user: { readonly name: string };
  readonly site: { readonly name: string };
  readonly listen: {
    /** The address that the program binds. */
    readonly bind: string;
    /** What to announce; left out: the node's own name. */
    readonly host?: string | undefined;
  };
  /** What the person chose, as checkChoices gives it. */
  readonly choices: Readonly<Record<string, string | number | boolean | undefined>>;
}

/** The types that a value of the context can have. */
export type ValueType = 'text' | 'number' | 'boolean';

/** Every path that any template can read, and its type; `choices.…` come from the template's own fields. */
export const CONTEXT_VALUES: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['server.id', 'text'],
  ['server.name', 'text'],
  ['server.basePath', 'text'],
  ['server.dir', 'text'],
  ['job.name', 'text'],
  ['job.scheduled', 'boolean'],
  ['user.name', 'text'],
  ['site.name', 'text'],
  ['listen.bind', 'text'],
  ['listen.host', 'text'],
]);

/**
 * Reads one value by its dotted path. Only own properties count: no path leads to a prototype.
 *
 * @returns undefined where there is no such value
 */
export function readValue(context: RenderContext, path: string): string | number | boolean | undefined {
  let value: unknown = context;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Record<string, unknown>)[step];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
