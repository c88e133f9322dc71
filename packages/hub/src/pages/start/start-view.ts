import type { JobTemplate, TemplateField } from '@juhub/job-template';
import type { Catalogue, Entitlements, NodeType } from '../../sites/node-type.js';
import type { ChoiceProblem } from '../../spawn/steps/check-request.js';
import { type CatalogueNote, describeCatalogue } from './describe-catalogue.js';
import { describeField, type FieldView, isAnswerable } from './describe-field.js';
import { chooseNodeType, describeNodeType, type NodeTypeCard } from './describe-node-type.js';
import { limitField } from './limit-field.js';
import { listPresets, type PresetLink } from './list-presets.js';
import type { FilledForm } from './read-start-form.js';

/** A site or a template among others, as a link to the form with it. */
export interface Tab {
  readonly title: string;
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
  /** Why it is not known which projects one may charge. */
  readonly entitlementsProblem?: string | undefined;
}

/** What the form is made of. */
export interface StartParts {
  readonly now: Date;
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
}

const PARTITION = 'partition';

/** Describes the form. Pure. */
export function describeStart(parts: StartParts): StartView {
  const { site, template, catalogue, problems } = parts;
  const nodeType = findNodeType(parts);
  const asksNodeType = template.fields.some((field) => field.name === PARTITION);
  const fields = template.fields.filter((field) => field.name !== PARTITION && isAnswerable(field, parts.entitlements));
  const problemOf = (name: string): string | undefined => problems.find((problem) => problem.field === name)?.message;
  return {
    site: site.name,
    siteTitle: site.title,
    template: template.name,
    templateTitle: template.title.en,
    templateDescription: template.description?.en ?? '',
    sites: listTabs('site', parts.sites, site.name, {}),
    templates: listTabs('template', parts.templates.map(nameInEnglish), template.name, { site: site.name }),
    presets: listPresets(site.name, template, catalogue.nodeTypes),
    catalogue: describeCatalogue(catalogue, parts.now),
    nodeTypes: asksNodeType
      ? {
          cards: catalogue.nodeTypes.map((one) => describeNodeType(one, { fields, checked: nodeType?.name })),
          problem: problemOf(PARTITION),
        }
      : undefined,
    fields: fields.map((field) => describeOneField(field, nodeType, parts, problemOf(field.name))),
    name: { value: parts.name, problem: problemOf('name') },
    problems: problems.map((problem) => ({ message: problem.message, anchor: anchorOf(problem.field, parts) })),
    entitlementsProblem: parts.entitlementsProblem,
  };
}

function nameInEnglish({ name, title }: JobTemplate): { name: string; title: string } {
  return { name, title: title.en };
}

function findNodeType({ catalogue, filled, last, isPosted }: StartParts): NodeType | undefined {
  const { partition } = filled.choices;
  if (isPosted) {
    return catalogue.nodeTypes.find((nodeType) => nodeType.name === partition);
  }
  const lastPartition = typeof last.partition === 'string' ? last.partition : undefined;
  return chooseNodeType(catalogue.nodeTypes, [partition, lastPartition]);
}

function describeOneField(
  field: TemplateField,
  nodeType: NodeType | undefined,
  parts: StartParts,
  problem: string | undefined,
): FieldView {
  const { entitlements, filled } = parts;
  const typed = Object.hasOwn(filled.typed, field.name) ? filled.typed[field.name] : undefined;
  return describeField(field, { nodeType, entitlements, typed, problem, value: fillIn(field, nodeType, parts) });
}

/** What stands in a field: what was sent (a field that the browser kept back is not), else last time's choice, else the default. */
export function fillIn(
  field: TemplateField,
  nodeType: NodeType | undefined,
  { filled, last, entitlements }: Pick<StartParts, 'filled' | 'last' | 'entitlements'>,
): string {
  const sent = Object.hasOwn(filled.choices, field.name) ? filled.choices[field.name] : undefined;
  if (sent !== undefined) {
    return sent;
  }
  const fallback = firstUsable(field, entitlements, [last[field.name], field.default, defaultOf(field, nodeType)]);
  return clamp(fallback, field, nodeType);
}

/** Last time's project may be gone by now: only what is still offered is filled in. */
function firstUsable(field: TemplateField, entitlements: Entitlements | undefined, values: readonly unknown[]): string {
  const offered =
    field.type === 'account'
      ? entitlements?.projects.map(({ name }) => name)
      : field.type === 'qos'
        ? entitlements?.qos.map(({ name }) => name)
        : undefined;
  const texts = values.filter((value) => value !== undefined && value !== null).map(String);
  return texts.find((text) => offered === undefined || offered.includes(text)) ?? '';
}

/** What the cluster takes where nobody says anything. */
function defaultOf(field: TemplateField, nodeType: NodeType | undefined): number | undefined {
  const defaults: Readonly<Record<string, number | undefined>> = {
    nodes: nodeType?.minNodes ?? 1,
    gpus: 0,
    minutes: nodeType?.defaultMinutes,
  };
  return Object.hasOwn(defaults, field.name) ? defaults[field.name] : undefined;
}

/** A default that a person did not choose must not be refused: it is brought within the limits of the node type. */
function clamp(text: string, field: TemplateField, nodeType: NodeType | undefined): string {
  if (nodeType === undefined || !/^\d{1,9}$/.test(text)) {
    return text;
  }
  const { min = 0, max = Number.POSITIVE_INFINITY, applies } = limitField(field, nodeType);
  return applies ? String(Math.max(min, Math.min(max, Number(text)))) : text;
}

/** Links that keep what they can: another template of the same site, another site. Nothing where there is no choice. */
function listTabs(
  what: 'site' | 'template',
  all: readonly { readonly name: string; readonly title: string }[],
  current: string,
  kept: Readonly<Record<string, string>>,
): Tab[] {
  if (all.length < 2) {
    return [];
  }
  return all.map(({ name, title }) => ({
    title,
    path: `/hub/start?${new URLSearchParams({ ...kept, [what]: name })}`,
    isCurrent: name === current,
  }));
}

/** The id of the element that a problem is about. */
function anchorOf(fieldName: string, { template, catalogue }: StartParts): string {
  const field = template.fields.find((one) => one.name === fieldName);
  if (fieldName === PARTITION) {
    const first = catalogue.nodeTypes.find((nodeType) => nodeType.isUp);
    return first === undefined ? 'node-types' : `node-type-${first.name}`;
  }
  if (field === undefined) {
    return fieldName === 'name' ? 'server-name' : 'start-form';
  }
  return field.type === 'duration' ? `field-${field.name}-hours` : `field-${field.name}`;
}
