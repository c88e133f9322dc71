import { pickText, type TemplateField } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import type { OfferedNodeType } from '../../sites/offer.js';
import { limitField, sayLimit } from './limit-field.js';
import { type Answer, type Answers, listAnswers } from './list-answers.js';
import { durationInputNames, type HoursAndMinutes, splitMinutes } from './split-minutes.js';

/** One answer of a list. */
export interface Option extends Answer {
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
export interface FieldContext extends Answers {
  /** The node type that is chosen. */
  readonly chosen: OfferedNodeType | undefined;
  readonly value: string;
  /** A duration's two inputs as they were typed. */
  readonly typed?: HoursAndMinutes | undefined;
  readonly problem?: string | undefined;
  readonly say: Say;
}

/** Describes one of a template's fields for the form. Pure. */
export function describeField(field: TemplateField, context: FieldContext): FieldView {
  const { chosen, value, problem, say } = context;
  const limit = chosen === undefined ? { applies: true } : limitField(field, chosen);
  const id = `field-${field.name}`;
  const answers = listAnswers(field, context, say);
  return {
    name: field.name,
    id,
    label: pickText(field.label, say.language),
    isBox: field.type === 'boolean',
    isList: answers !== undefined,
    isNumber: field.type === 'integer',
    help: field.help && pickText(field.help, say.language),
    hint: chosen === undefined ? '' : sayLimit(field, limit, chosen.nodeType, say),
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
