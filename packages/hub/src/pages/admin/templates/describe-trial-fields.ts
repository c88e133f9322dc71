import type { TemplateField } from '@juhub/job-template';
import type { Say } from '../../../messages/say.js';
import type { Catalogue, Entitlements } from '../../../sites/node-type.js';
import { describeOffer, type OfferedNodeType } from '../../../sites/offer.js';
import { describeField, type FieldView } from '../../start/describe-field.js';
import { chooseNodeType } from '../../start/describe-node-type.js';
import { fillIn } from '../../start/fill-in.js';
import { isAnswerable } from '../../start/list-answers.js';
import { dropMeaningless, type FormInput, readStartForm } from '../../start/read-start-form.js';

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
  readonly say: Say;
}

const PARTITION = 'partition';

/** Describes a template's fields as the form of users has them, but for node types, which are a plain list here. */
export function describeTrialFields(
  fields: readonly TemplateField[],
  { input, catalogue, entitlements, say }: TrialFieldParts,
): TrialFields {
  const filled = readStartForm(input, fields);
  const offer = describeOffer(catalogue, entitlements, new Date());
  const { nodeTypes } = offer;
  const wanted = filled.choices[PARTITION];
  const chosen =
    wanted === undefined ? chooseNodeType(nodeTypes, []) : nodeTypes.find(({ nodeType }) => nodeType.name === wanted);
  const answers = { entitlements, offer };
  const shown = fields.filter((field) => isAnswerable(field, answers));
  const views = shown.map((field) => {
    const isNodeType = field.name === PARTITION;
    const value = isNodeType
      ? (wanted ?? chosen?.nodeType.name ?? '')
      : fillIn(field, chosen, { ...answers, filled, last: {} });
    const typed = Object.hasOwn(filled.typed, field.name) ? filled.typed[field.name] : undefined;
    const view = describeField(field, { ...answers, chosen, typed, value, say });
    return isNodeType && nodeTypes.length > 0 ? { ...view, ...listNodeTypes(nodeTypes, value) } : view;
  });
  const answered = views.filter(({ applies }) => applies);
  return { views, choices: dropMeaningless(Object.fromEntries(answered.map(({ name, value }) => [name, value]))) };
}

function listNodeTypes(nodeTypes: readonly OfferedNodeType[], value: string): Pick<FieldView, 'isList' | 'options'> {
  const names = nodeTypes.map(({ nodeType }) => ({ value: nodeType.name, label: nodeType.title }));
  const all = names.some((one) => one.value === value) ? names : [...names, { value, label: value }];
  return { isList: true, options: all.map((one) => ({ ...one, isSelected: one.value === value })) };
}
