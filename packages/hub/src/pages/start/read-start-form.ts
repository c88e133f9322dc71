import type { TemplateField } from '@juhub/job-template';
import { LOGIN_NODE } from '../../sites/node-type.js';
import { JOB_ONLY } from './limit-field.js';
import { durationInputNames, type HoursAndMinutes, joinMinutes } from './split-minutes.js';

/** Query parameters or a posted form, as the parsers give them. */
export type FormInput = Readonly<Record<string, unknown>>;

/** What somebody filled into the form, as it came. */
export interface FilledForm {
  /** By field; a field that was not sent is not there. */
  readonly choices: Readonly<Record<string, string>>;
  /** The two inputs of durations as they were typed, by field. */
  readonly typed: Readonly<Record<string, HoursAndMinutes>>;
}

const MAX_LENGTH = 4_000;

/** One value of a form: of several of the same name (a box and its hidden twin) the last; undefined where none came. */
export function readInput(input: FormInput, name: string): string | undefined {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' ? last.slice(0, MAX_LENGTH) : undefined;
}

/** Reads the fields of a template out of a form or a link. A duration may come as minutes, or as hours and minutes. */
export function readStartForm(input: FormInput, fields: readonly TemplateField[]): FilledForm {
  const choices: Record<string, string> = {};
  const typed: Record<string, HoursAndMinutes> = {};
  for (const field of fields) {
    const whole = readInput(input, field.name);
    const parts = field.type === 'duration' ? readDuration(input, field.name) : undefined;
    if (parts !== undefined) {
      typed[field.name] = parts;
      choices[field.name] = joinMinutes(parts);
    } else if (whole !== undefined) {
      choices[field.name] = whole;
    }
  }
  return { choices, typed };
}

function readDuration(input: FormInput, fieldName: string): HoursAndMinutes | undefined {
  const names = durationInputNames(fieldName);
  const [hours, minutes] = [readInput(input, names.hours), readInput(input, names.minutes)];
  return hours === undefined && minutes === undefined ? undefined : { hours: hours ?? '', minutes: minutes ?? '' };
}

/** A browser without JavaScript sends the fields that only jobs have for the login node as well. */
export function dropMeaningless(choices: Readonly<Record<string, string>>): Record<string, string> {
  const isLogin = choices.partition === LOGIN_NODE;
  return Object.fromEntries(Object.entries(choices).filter(([field]) => !isLogin || !JOB_ONLY.includes(field)));
}
