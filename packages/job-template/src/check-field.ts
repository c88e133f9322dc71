import type { ChoiceLimits, FieldSurroundings } from './choice-limits.js';
import { findRange } from './find-range.js';
import { DEFAULT_TEXT_LENGTH, type TemplateField } from './template-field.js';

/** A typed value, nothing at all (left empty, or meaningless here), or what is wrong. */
export interface CheckedValue {
  readonly value?: string | number | boolean;
  readonly problem?: string;
}

/** Checks one value of a form. @param given as it came; empty when the field was left empty */
export function checkField(field: TemplateField, given: string, around: FieldSurroundings): CheckedValue {
  switch (field.type) {
    case 'partition':
      return checkOneOf(field, given, listPartitions(around.limits));
    case 'account':
    case 'qos':
    case 'reservation':
      return around.partition?.kind === 'login' ? {} : checkEntitlement(field, field.type, given, around);
    case 'choice':
      return checkOneOf(field, given, {
        what: field.label.en,
        names: field.choices?.map((choice) => choice.value) ?? [],
      });
    case 'integer':
    case 'duration':
      return checkNumber(field, given, around);
    case 'boolean':
      return checkBoolean(field, given);
    case 'text':
      return checkText(field, given);
  }
}

interface Offer {
  readonly what: string;
  readonly names: readonly string[];
}

function listPartitions(limits: ChoiceLimits): Offer {
  return { what: 'node type', names: limits.partitions.map((partition) => partition.name) };
}

function checkEntitlement(
  field: TemplateField,
  type: 'account' | 'qos' | 'reservation',
  given: string,
  { limits, partition }: FieldSurroundings,
): CheckedValue {
  const mine = {
    account: limits.accounts,
    qos: limits.qos.map((qos) => qos.name),
    reservation: limits.reservations ?? [],
  }[type];
  const admitted = type === 'reservation' ? undefined : type === 'qos' ? partition?.qos : partition?.accounts;
  const names = admitted === undefined ? mine : mine.filter((name) => admitted.includes(name));
  const what = { account: 'account of yours', qos: 'QOS of yours', reservation: 'reservation of yours' }[type];
  if (given === '' && field.default === undefined && field.required) {
    // A site that charges no accounts has nothing to choose from.
    const [first] = names;
    return mine.length === 0 && type === 'account' ? {} : first === undefined ? missing(field) : { value: first };
  }
  return checkOneOf(field, given, { what: partition ? `${what} for ${partition.name}` : what, names });
}

function checkOneOf(field: TemplateField, given: string, { what, names }: Offer): CheckedValue {
  const fallback = names.find((name) => name === field.default);
  const wanted = given === '' ? fallback : given;
  if (wanted === undefined) {
    return field.required ? missing(field, names) : {};
  }
  if (!names.includes(wanted)) {
    return { problem: `${show(wanted)} is no ${what}. ${allowed(names)}` };
  }
  return { value: wanted };
}

function checkNumber(field: TemplateField, given: string, around: FieldSurroundings): CheckedValue {
  const { min, max, preferred, explain } = findRange(field, around);
  if (given === '') {
    if (preferred === undefined) {
      return field.required ? missing(field) : {};
    }
    return { value: Math.max(min, Math.min(max, preferred)) };
  }
  if (!/^(0|-?[1-9][0-9]{0,8})$/.test(given)) {
    return {
      problem: `${field.label.en}: ${show(given)} is no whole number. Write digits only, such as ${Math.max(min, 1)}.`,
    };
  }
  const value = Number(given);
  return value < min || value > max ? { problem: explain(value) } : { value };
}

function checkBoolean(field: TemplateField, given: string): CheckedValue {
  switch (given) {
    case '':
      return { value: field.default === true };
    case 'true':
    case 'on':
      return { value: true };
    case 'false':
    case 'off':
      return { value: false };
    default:
      return { problem: `${field.label.en}: ${show(given)} is neither true nor false.` };
  }
}

function checkText(field: TemplateField, given: string): CheckedValue {
  const value = given === '' ? String(field.default ?? '') : given;
  if (value === '') {
    return field.required ? missing(field) : {};
  }
  const { min = 0, max = DEFAULT_TEXT_LENGTH, pattern } = field;
  const length = [...value].length;
  if (length < min || length > max) {
    return { problem: `${field.label.en}: ${min} to ${max} characters are allowed; this has ${length}.` };
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
    return {
      problem: `${field.label.en}: ${show(value)} has not the form that is asked for (${field.help?.en ?? pattern}).`,
    };
  }
  return { value };
}

function missing(field: TemplateField, names?: readonly string[]): CheckedValue {
  return { problem: `${field.label.en} is missing.${names ? ` ${allowed(names)}` : ''}` };
}

function allowed(names: readonly string[]): string {
  return names.length === 0 ? 'There is none to choose from.' : `Choose from: ${names.join(', ')}.`;
}

/** What somebody typed, short enough for a message. */
function show(value: string): string {
  return `“${value.length > 60 ? `${value.slice(0, 60)}…` : value}”`;
}
