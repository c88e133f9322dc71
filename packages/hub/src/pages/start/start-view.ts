import { type JobTemplate, pickText, type TemplateField } from '@juhub/job-template';
import type { Say } from '../../messages/say.js';
import type { Catalogue, Entitlements } from '../../sites/node-type.js';
import { describeOffer, type Offer, type OfferedNodeType } from '../../sites/offer.js';
import type { ChoiceProblem } from '../../spawn/steps/check-request.js';
import { sayProblem } from '../words/say-problem.js';
import { type CatalogueNote, describeCatalogue } from './describe-catalogue.js';
import { describeExpectedStart, type ExpectedStartAnswer, type ExpectedStartNote } from './describe-expected-start.js';
import { describeField, type FieldView } from './describe-field.js';
import { chooseNodeType, describeNodeType, type NodeTypeCard } from './describe-node-type.js';
import { fillIn } from './fill-in.js';
import { isAnswerable } from './list-answers.js';
import { listPresets, type PresetLink } from './list-presets.js';
import type { FilledForm } from './read-start-form.js';

/** A site or a template among others, as a link to the form with it. */
export interface Tab {
  readonly title: string;
  readonly description?: string | undefined;
  readonly path: string;
  readonly isCurrent: boolean;
}

/** A problem in the list above the form, with a link to its field. */
export interface ProblemLine {
  readonly message: string;
  readonly anchor: string;
}

/** The whole form, ready to be drawn. */
export interface StartView {
  readonly site: string;
  readonly siteTitle: string;
  readonly template: string;
  readonly templateTitle: string;
  readonly templateDescription: string;
  /** Empty where there is only one. */
  readonly sites: readonly Tab[];
  readonly templates: readonly Tab[];
  /** Named good choices of the template; only those that the site can fulfil now. */
  readonly presets: readonly PresetLink[];
  readonly catalogue: CatalogueNote;
  /** Undefined where the template does not ask for one. */
  readonly nodeTypes?: { readonly cards: readonly NodeTypeCard[]; readonly problem?: string | undefined } | undefined;
  readonly fields: readonly FieldView[];
  readonly name: { readonly value: string; readonly problem?: string | undefined };
  readonly problems: readonly ProblemLine[];
  /** Why it is not known, or not newly known, which projects one may charge. */
  readonly entitlementsProblem?: { readonly title: string; readonly why: string } | undefined;
  /** The path of the form filled in like this. */
  readonly link: string;
  /** When it would start; undefined: nobody asked. */
  readonly expected?: ExpectedStartNote | undefined;
}

/** What the form is made of. */
export interface StartParts {
  readonly now: Date;
  readonly say: Say;
  readonly site: { readonly name: string; readonly title: string };
  readonly sites: readonly { readonly name: string; readonly title: string }[];
  readonly template: JobTemplate;
  /** Those that the site offers. */
  readonly templates: readonly JobTemplate[];
  readonly catalogue: Catalogue;
  readonly entitlements: Entitlements | undefined;
  readonly entitlementsProblem?: string | undefined;
  readonly filled: FilledForm;
  /** What was chosen last time. */
  readonly last: Readonly<Record<string, unknown>>;
  readonly name: string;
  /** The form was posted: no node type is chosen for the person. */
  readonly isPosted: boolean;
  readonly problems: readonly ChoiceProblem[];
  readonly expected?: ExpectedStartAnswer | undefined;
}

const PARTITION = 'partition';

/** Describes the form. Pure. */
export function describeStart(parts: StartParts): StartView {
  const { site, template, catalogue, problems, say, now } = parts;
  const offer = describeOffer(catalogue, parts.entitlements, now);
  const chosen = findChosen(parts, offer);
  const asked = template.fields.filter((field) => field.name !== PARTITION && isAnswerable(field, { ...parts, offer }));
  const lines = problems.map((problem) => ({ field: problem.field, message: sayProblem(problem, template, say) }));
  const problemOf = (name: string): string | undefined => lines.find(({ field }) => field === name)?.message;
  const fields = asked.map((field) =>
    describeOneField(field, { parts, offer, chosen, problem: problemOf(field.name) }),
  );
  return {
    site: site.name,
    siteTitle: site.title,
    template: template.name,
    templateTitle: pickText(template.title, say.language),
    templateDescription: describeTemplate(template, say).description ?? '',
    sites: listTabs('site', parts.sites, site.name, {}),
    templates: listTabs(
      'template',
      parts.templates.map((one) => describeTemplate(one, say)),
      template.name,
      { site: site.name },
    ),
    presets: listPresets(template, { site: site.name, nodeTypes: offer.nodeTypes, say }),
    catalogue: describeCatalogue(catalogue, now, say),
    nodeTypes: describeNodeTypes({ parts, offer, chosen, problem: problemOf(PARTITION) }, asked),
    fields,
    name: { value: parts.name, problem: problemOf('name') },
    problems: lines.map(({ field, message }) => ({ message, anchor: anchorOf(field, parts, offer) })),
    entitlementsProblem: describeEntitlementsProblem(parts),
    link: writeLink(parts, chosen, fields),
    expected: parts.expected && describeExpectedStart(parts.expected, { now, say, template }),
  };
}

/** One part of the form and what it depends on. */
interface PartContext {
  readonly parts: StartParts;
  readonly offer: Offer;
  readonly chosen: OfferedNodeType | undefined;
  readonly problem: string | undefined;
}

function describeTemplate({ name, title, description }: JobTemplate, say: Say) {
  return {
    name,
    title: pickText(title, say.language),
    description: description && pickText(description, say.language),
  };
}

function findChosen({ filled, last, isPosted }: StartParts, { nodeTypes }: Offer): OfferedNodeType | undefined {
  const { partition } = filled.choices;
  if (isPosted) {
    return nodeTypes.find(({ nodeType }) => nodeType.name === partition);
  }
  const lastPartition = typeof last.partition === 'string' ? last.partition : undefined;
  return chooseNodeType(nodeTypes, [partition, lastPartition]);
}

function describeNodeTypes(
  { parts, offer, chosen, problem }: PartContext,
  fields: readonly TemplateField[],
): StartView['nodeTypes'] {
  const { template, say } = parts;
  if (!template.fields.some((field) => field.name === PARTITION)) {
    return undefined;
  }
  const context = { fields, checked: chosen?.nodeType.name, say };
  return { cards: offer.nodeTypes.map((one) => describeNodeType(one, context)), problem };
}

function describeOneField(field: TemplateField, { parts, offer, chosen, problem }: PartContext): FieldView {
  const { entitlements, filled, last, say } = parts;
  const typed = Object.hasOwn(filled.typed, field.name) ? filled.typed[field.name] : undefined;
  const value = fillIn(field, chosen, { filled, last, entitlements, offer });
  return describeField(field, { chosen, entitlements, offer, typed, problem, value, say });
}

function describeEntitlementsProblem({ entitlements, entitlementsProblem, say }: StartParts) {
  const why = entitlements?.problem ?? entitlementsProblem;
  const title = say(entitlements === undefined ? 'start.projectsUnknown' : 'start.projectsOld');
  return why === undefined ? undefined : { title, why };
}

/** Links that keep what they can: another template of the same site, another site. Nothing where there is no choice. */
function listTabs(
  what: 'site' | 'template',
  all: readonly { readonly name: string; readonly title: string; readonly description?: string | undefined }[],
  current: string,
  kept: Readonly<Record<string, string>>,
): Tab[] {
  if (all.length < 2) {
    return [];
  }
  return all.map(({ name, title, description }) => ({
    title,
    ...(description === undefined ? {} : { description }),
    path: `/hub/start?${new URLSearchParams({ ...kept, [what]: name })}`,
    isCurrent: name === current,
  }));
}

/** The name is left out: it is of one server, and the choice may be for many. */
function writeLink(
  { site, template }: StartParts,
  chosen: OfferedNodeType | undefined,
  fields: readonly FieldView[],
): string {
  const answered = fields.filter(({ applies, value }) => applies && value !== '');
  return `/hub/start?${new URLSearchParams({
    site: site.name,
    template: template.name,
    ...(chosen === undefined ? {} : { [PARTITION]: chosen.nodeType.name }),
    ...Object.fromEntries(answered.map(({ name, value }) => [name, value])),
  })}`;
}

/** The id of the element that a problem is about. */
function anchorOf(fieldName: string, { template }: StartParts, { nodeTypes }: Offer): string {
  const field = template.fields.find((one) => one.name === fieldName);
  if (fieldName === PARTITION) {
    const first = nodeTypes.find(({ obstacle }) => obstacle === undefined);
    return first === undefined ? 'node-types' : `node-type-${first.nodeType.name}`;
  }
  if (field === undefined) {
    return fieldName === 'name' ? 'server-name' : 'start-form';
  }
  return field.type === 'duration' ? `field-${field.name}-hours` : `field-${field.name}`;
}
