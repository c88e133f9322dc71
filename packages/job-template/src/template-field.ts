import type { TemplateText } from './template-text.js';

/** What a field of the form asks for. */
export type TemplateFieldType =
  | 'partition'
  | 'account'
  | 'qos'
  | 'reservation'
  | 'integer'
  | 'duration'
  | 'choice'
  | 'boolean'
  | 'text';

/** One answer of a `choice` field. */
export interface FieldChoice {
  readonly value: string;
  readonly label: TemplateText;
}

/** One field of the form that a template asks for. Its name is how the body reads it: `{{choices.name}}`. */
export interface TemplateField {
  readonly name: string;
  readonly type: TemplateFieldType;
  readonly label: TemplateText;
  readonly help?: TemplateText | undefined;
  /** What is taken when the field is left empty; a duration's is in minutes. */
  readonly default?: string | number | boolean | undefined;
  /** Smallest number; of a text, its smallest length in characters. */
  readonly min?: number | undefined;
  /** Largest number; of a text, its largest length in characters. */
  readonly max?: number | undefined;
  /** A text must match this regular expression (JavaScript, flag u) as a whole. */
  readonly pattern?: string | undefined;
  readonly choices?: readonly FieldChoice[] | undefined;
  /** False: may be left empty; the body then has to ask with `{{#if}}`. */
  readonly required: boolean;
}

/**
 * Names with a fixed meaning, each of one type only: what the cluster sets limits to (a field of a type of its own has
 * such a name), and what the hub itself acts on.
 */
export const RESERVED_FIELDS: ReadonlyMap<string, TemplateFieldType> = new Map([
  ['partition', 'partition'],
  ['account', 'account'],
  ['qos', 'qos'],
  ['reservation', 'reservation'],
  ['nodes', 'integer'],
  ['gpus', 'integer'],
  ['minutes', 'duration'],
  ['idle_minutes', 'integer'],
]);

/** What the hub itself acts on: no script needs to use them. */
export const HUB_FIELDS: readonly string[] = ['idle_minutes'];

/** A text field's largest length where the template names none. */
export const DEFAULT_TEXT_LENGTH = 200;
