import type { TemplateField } from '@juhub/job-template';
import type { Entitlements, NodeType } from '../../sites/node-type.js';
import { limitField } from './limit-field.js';
import { durationInputNames, type HoursAndMinutes, splitMinutes } from './split-minutes.js';

/** One answer of a list. */
export interface Option {
  readonly value: string;
  readonly label: string;
  readonly isSelected: boolean;
}

/** One field of the form, ready to be drawn. */
export interface FieldView {
  readonly name: string;
  readonly id: string;
  readonly label: string;
  /** How it is drawn: a box to tick, a list, a number; neither: a line of text. A duration has `hours` and `minutes`. */
  readonly isBox: boolean;
  readonly isList: boolean;
  readonly isNumber: boolean;
  readonly help?: string | undefined;
  /** The limit in words; changes with the node type. */
  readonly hint: string;
  readonly isRequired: boolean;
  /** False: the chosen node type has no such thing. */
  readonly applies: boolean;
  readonly value: string;
  readonly isChecked: boolean;
  readonly options: readonly Option[];
  readonly hours?: { readonly name: string; readonly value: string } | undefined;
  readonly minutes?: { readonly name: string; readonly value: string } | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly maxLength?: number | undefined;
  /** What is wrong with the value. */
  readonly problem?: string | undefined;
  /** The ids of what describes the field, for aria-describedby. */
  readonly describedBy: string;
}

/** What a field is described from. */
export interface FieldContext {
  readonly nodeType: NodeType | undefined;
  /** Undefined while the site cannot say. */
  readonly entitlements: Entitlements | undefined;
  readonly value: string;
  /** A duration's two inputs as they were typed. */
  readonly typed?: HoursAndMinutes | undefined;
  readonly problem?: string | undefined;
}

/**
 * Whether a field can be answered at all: where a site charges no projects there is none to choose, and reservations
 * are not known of any site yet.
 */
export function isAnswerable(field: TemplateField, entitlements: Entitlements | undefined): boolean {
  switch (field.type) {
    case 'account':
      return entitlements?.projects.length !== 0;
    case 'qos':
      return entitlements?.qos.length !== 0;
    default:
      return field.type !== 'reservation';
  }
}

/** Describes one of a template's fields for the form. Pure. */
export function describeField(field: TemplateField, context: FieldContext): FieldView {
  const { nodeType, value, problem } = context;
  const limit = nodeType === undefined ? { applies: true, hint: '' } : limitField(field, nodeType);
  const id = `field-${field.name}`;
  const answers = listAnswers(field, context.entitlements);
  return {
    name: field.name,
    id,
    label: field.label.en,
    isBox: field.type === 'boolean',
    isList: answers !== undefined,
    isNumber: field.type === 'integer',
    help: field.help?.en,
    hint: limit.hint,
    isRequired: field.required,
    applies: limit.applies,
    value,
    isChecked: value === 'true',
    options: answers === undefined ? [] : markSelected(answers, value),
    ...(field.type === 'duration' ? describeDuration(field.name, context.typed ?? splitMinutes(value)) : {}),
    min: field.type === 'text' ? undefined : limit.min,
    max: field.type === 'text' ? undefined : limit.max,
    maxLength: field.type === 'text' ? field.max : undefined,
    problem,
    describedBy: [problem && `${id}-problem`, `${id}-hint`, field.help && `${id}-help`].filter(Boolean).join(' '),
  };
}

type Answer = { readonly value: string; readonly label: string };

/** The answers to choose from; undefined where any text may be typed, as when the site cannot be asked. */
function listAnswers(field: TemplateField, entitlements: Entitlements | undefined): Answer[] | undefined {
  const known = listKnown(field, entitlements);
  if (known === undefined) {
    return undefined;
  }
  const canBeEmpty = !field.required && field.default === undefined;
  const none = { value: '', label: field.type === 'choice' ? 'Not chosen' : 'The site’s default' };
  return canBeEmpty ? [none, ...known] : [...known];
}

function listKnown(field: TemplateField, entitlements: Entitlements | undefined): readonly Answer[] | undefined {
  switch (field.type) {
    case 'choice':
      return field.choices?.map(({ value, label }) => ({ value, label: label.en })) ?? [];
    case 'account':
      return entitlements?.projects.map(({ name }) => nameItself(name));
    case 'qos':
      return entitlements?.qos.map(({ name }) => nameItself(name));
    default:
      return undefined;
  }
}

function nameItself(name: string): Answer {
  return { value: name, label: name };
}

/** What somebody sent stays in the list even where it is not allowed: the problem beside it says what is. */
function markSelected(answers: readonly Answer[], value: string): Option[] {
  const all = answers.some((answer) => answer.value === value) ? answers : [...answers, { value, label: value }];
  const shown = value === '' ? answers : all;
  return shown.map((answer) => ({ ...answer, isSelected: answer.value === value }));
}

function describeDuration(name: string, typed: HoursAndMinutes): Pick<FieldView, 'hours' | 'minutes'> {
  const names = durationInputNames(name);
  return {
    hours: { name: names.hours, value: typed.hours },
    minutes: { name: names.minutes, value: typed.minutes },
  };
}
