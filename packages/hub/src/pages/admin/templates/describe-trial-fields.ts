import type { TemplateField } from '@juhub/job-template';
import type { Catalogue, Entitlements, NodeType } from '../../../sites/node-type.js';
import { describeField, type FieldView, isAnswerable } from '../../start/describe-field.js';
import { chooseNodeType } from '../../start/describe-node-type.js';
import { dropMeaningless, type FormInput, readStartForm } from '../../start/read-start-form.js';
import { fillIn } from '../../start/start-view.js';

/** The fields of a template with what is chosen for a trial. */
export interface TrialFields {
  readonly views: readonly FieldView[];
  /** The same as a form would send it. */
  readonly choices: Readonly<Record<string, string>>;
}

/** What the fields are described from. */
export interface TrialFieldParts {
  readonly input: FormInput;
  readonly catalogue: Catalogue;
  readonly entitlements: Entitlements | undefined;
}

const PARTITION = 'partition';

/** Describes a template's fields as the form of users has them, but for node types, which are a plain list here. Pure. */
export function describeTrialFields(
  fields: readonly TemplateField[],
  { input, catalogue, entitlements }: TrialFieldParts,
): TrialFields {
  const filled = readStartForm(input, fields);
  const { nodeTypes } = catalogue;
  const wanted = filled.choices[PARTITION];
  const nodeType = wanted === undefined ? chooseNodeType(nodeTypes, []) : nodeTypes.find(({ name }) => name === wanted);
  const shown = fields.filter((field) => isAnswerable(field, entitlements));
  const views = shown.map((field) => {
    const isNodeType = field.name === PARTITION;
    const value = isNodeType
      ? (wanted ?? nodeType?.name ?? '')
      : fillIn(field, nodeType, { filled, last: {}, entitlements });
    const typed = Object.hasOwn(filled.typed, field.name) ? filled.typed[field.name] : undefined;
    const view = describeField(field, { nodeType, entitlements, typed, value });
    return isNodeType && nodeTypes.length > 0 ? { ...view, ...listNodeTypes(nodeTypes, value) } : view;
  });
  const answered = views.filter(({ applies }) => applies);
  return { views, choices: dropMeaningless(Object.fromEntries(answered.map(({ name, value }) => [name, value]))) };
}

function listNodeTypes(nodeTypes: readonly NodeType[], value: string): Pick<FieldView, 'isList' | 'options'> {
  const names = nodeTypes.map(({ name, title }) => ({ value: name, label: title }));
  const all = names.some((one) => one.value === value) ? names : [...names, { value, label: value }];
  return { isList: true, options: all.map((one) => ({ ...one, isSelected: one.value === value })) };
}
