import type { ChoiceLimits, FieldSurroundings } from './choice-limits.js';
import type { ValueProblem } from './choice-problem.js';
import { findRange } from './find-range.js';
import { DEFAULT_TEXT_LENGTH, type TemplateField } from './template-field.js';

/** A typed value, nothing at all (left empty, or meaningless here), or what is wrong. */
export interface CheckedValue {
  readonly value?: string | number | boolean;
  readonly problem?: ValueProblem;
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
  /** The partition that it is offered for, where it depends on one. */
  readonly place?: string | undefined;
  readonly names: readonly string[];
}

function listPartitions(limits: ChoiceLimits): Offer {
  return { what: 'node type', names: limits.partitions.map((partition) => partition.name) };
}

/** Those of the person's that go with the partition and the account that were chosen. */
function listEntitled(
  type: 'account' | 'qos' | 'reservation',
  { limits, partition, account }: FieldSurroundings,
): readonly string[] {
  const rules = {
    account: [limits.accounts, partition?.accounts],
    qos: [limits.qos.map((qos) => qos.name), partition?.qos, account?.qos],
    reservation: [limits.reservations ?? [], partition?.reservations],
  }[type];
  return rules.reduce<readonly string[]>(
    (names, admitted) => (admitted === undefined ? names : names.filter((name) => admitted.includes(name))),
    rules[0] ?? [],
  );
}

const WHOSE = { account: 'account of yours', qos: 'QOS of yours', reservation: 'reservation of yours' };

function checkEntitlement(
  field: TemplateField,
  type: 'account' | 'qos' | 'reservation',
  given: string,
  around: FieldSurroundings,
): CheckedValue {
  const { limits, partition } = around;
  const names = listEntitled(type, around);
  if (given === '' && type === 'reservation' && partition?.needsReservation) {
    return { problem: needReservation(partition.name, names) };
  }
  if (given === '' && field.default === undefined && field.required) {
    // A site that charges no accounts has nothing to choose from.
    const [first] = names;
    const hasNone = limits.accounts.length === 0 && type === 'account';
    return hasNone ? {} : first === undefined ? missing(field) : { value: first };
  }
  return checkOneOf(field, given, { what: WHOSE[type], place: partition?.name, names });
}

function needReservation(place: string, names: readonly string[]): ValueProblem {
  const message = `The partition ${place} takes jobs of a reservation alone. ${allowed(names)}`;
  return { code: 'reservation-needed', values: { place, ...countOffered(names) }, message };
}

function checkOneOf(field: TemplateField, given: string, { what, place, names }: Offer): CheckedValue {
  const fallback = names.find((name) => name === field.default);
  const wanted = given === '' ? fallback : given;
  if (wanted === undefined) {
    return field.required ? missing(field, names) : {};
  }
  if (!names.includes(wanted)) {
    const values = { given: shorten(wanted), type: field.type, label: field.label.en, place: place ?? '' };
    const message = `${show(wanted)} is no ${place === undefined ? what : `${what} for ${place}`}. ${allowed(names)}`;
    return { problem: { code: 'not-offered', values: { ...values, ...countOffered(names) }, message } };
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
    const values = { label: field.label.en, given: shorten(given), example: Math.max(min, 1) };
    const message = `${field.label.en}: ${show(given)} is no whole number. Write digits only, such as ${values.example}.`;
    return { problem: { code: 'no-number', values, message } };
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
      return {
        problem: {
          code: 'no-truth',
          values: { label: field.label.en, given: shorten(given) },
          message: `${field.label.en}: ${show(given)} is neither true nor false.`,
        },
      };
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
    const message = `${field.label.en}: ${min} to ${max} characters are allowed; this has ${length}.`;
    return { problem: { code: 'text-length', values: { label: field.label.en, min, max, length }, message } };
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value)) {
    const values = { label: field.label.en, given: shorten(value), form: field.help?.en ?? pattern };
    const message = `${field.label.en}: ${show(value)} has not the form that is asked for (${values.form}).`;
    return { problem: { code: 'text-form', values, message } };
  }
  return { value };
}

function missing(field: TemplateField, names?: readonly string[]): CheckedValue {
  const label = field.label.en;
  const message = `${label} is missing.${names ? ` ${allowed(names)}` : ''}`;
  return {
    problem:
      names === undefined
        ? { code: 'missing', values: { label }, message }
        : { code: 'missing-of', values: { label, ...countOffered(names) }, message },
  };
}

function allowed(names: readonly string[]): string {
  return names.length === 0 ? 'There is none to choose from.' : `Choose from: ${names.join(', ')}.`;
}

/** The same for a message in another language. */
function countOffered(names: readonly string[]): { offered: string; count: number } {
  return { offered: names.join(', '), count: names.length };
}

/** What somebody typed, short enough for a message. */
function shorten(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}

function show(value: string): string {
  return `“${shorten(value)}”`;
}
