import type { z } from 'zod';
import { suggestName } from './suggest-name.js';

/** A fault of one setting: the way to it, and what is wrong in words. */
export interface SettingFault {
  path: readonly PropertyKey[];
  /** True when the name of the setting is at fault, not its value. */
  atKey: boolean;
  message: string;
}

type Issue = z.core.$ZodIssue;

/** Says what zod found in words for the person who wrote the file; one issue may be several faults. Pure. */
export function describeIssue(
  issue: Issue,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): SettingFault[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeUnknownKey(issue.path, key, knownKeys(issue.path)));
    case 'invalid_union':
      return describeUnion(issue, knownKeys);
    case 'invalid_key':
      return issue.issues.map((inner) => ({ path: issue.path, atKey: true, message: inner.message }));
    default:
      return [{ path: issue.path, atKey: false, message: describeValue(issue) }];
  }
}

function describeUnknownKey(path: readonly PropertyKey[], key: string, known: readonly string[]): SettingFault {
  const where = path.length === 0 ? '' : ` in ${writePath(path)}`;
  const meant = suggestName(key, known);
  const advice = meant === undefined ? `known are: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return { path: [...path, key], atKey: true, message: `unknown setting "${key}"${where}; ${advice}` };
}

function describeUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): SettingFault[] {
  if ('options' in issue && Array.isArray(issue.options)) {
    const expected = joinChoices(issue.options);
    return [{ path: issue.path, atKey: false, message: `${writePath(issue.path)}: expected ${expected}` }];
  }
  const branch = issue.errors.find((errors) =>
    errors.every(({ code, path }) => code !== 'invalid_type' || path.length > 0),
  );
  if (branch === undefined) {
    const types = issue.errors.flatMap((errors) => errors.map((error) => ('expected' in error ? error.expected : '')));
    const expected = types.map(nameType).join(' or ');
    return [{ path: issue.path, atKey: false, message: `${writePath(issue.path)}: expected ${expected}` }];
  }
  return branch.flatMap((inner) =>
    describeIssue({ ...inner, path: [...issue.path, ...inner.path] } as Issue, knownKeys),
  );
}

function describeValue(issue: Issue): string {
  const name = writePath(issue.path);
  if (issue.input === undefined && issue.code !== 'custom') {
    const expected = issue.code === 'invalid_type' ? nameType(issue.expected) : undefined;
    const choices = issue.code === 'invalid_value' ? joinChoices(issue.values) : undefined;
    return `${name} is missing; expected ${expected ?? choices ?? 'a value'}`;
  }
  switch (issue.code) {
    case 'invalid_type':
      return `${name}: expected ${nameType(issue.expected)}, found ${nameValue(issue.input)}`;
    case 'invalid_value':
      return `${name}: expected ${joinChoices(issue.values)}, found ${nameValue(issue.input)}`;
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `${name}: expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}, found ${nameValue(issue.input)}`
        : `${name}: expected at least ${issue.minimum} ${issue.origin === 'array' ? 'item' : 'character'}`;
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `${name}: expected at most ${issue.maximum}, found ${nameValue(issue.input)}`
        : `${name}: expected at most ${issue.maximum} ${issue.origin === 'array' ? 'items' : 'characters'}`;
    default:
      return `${name}: ${issue.message}`;
  }
}

/** `sites[0].hosts` as people write it. */
export function writePath(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

const typeNames: Record<string, string> = {
  object: 'settings below it',
  record: 'names and values below it',
  array: 'a list',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function nameType(type: string): string {
  return typeNames[type] ?? type;
}

function nameValue(value: unknown): string {
  if (value === null) {
    return 'nothing';
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  return typeof value === 'object' ? 'settings' : JSON.stringify(value);
}

function joinChoices(choices: readonly unknown[]): string {
  return choices.map(String).join(' or ');
}
