import type { NodeTypeBody, SiteDetailBody } from '../api/shapes/site-shape.js';
import type { TemplateBody } from '../api/shapes/template-shape.js';
import { chooseChoices } from './choose-choices.js';
import { SmokeUsage } from './smoke-error.js';

/** One server that is to be started. */
export interface SmokeCase {
  readonly title: string;
  readonly template: string;
  readonly nodeType?: string;
  readonly choices: Readonly<Record<string, string>>;
  /** Why it is not started after all. */
  readonly skipped?: string;
}

/** What is to be tested, as the caller said it. */
export interface Wanted {
  /** Undefined: all of them with `isMatrix`, else the only one. */
  readonly template?: string | undefined;
  /** Every template on every node type, instead of one server. */
  readonly isMatrix: boolean;
  readonly set: Readonly<Record<string, string>>;
}

/** A template's field for the node type always has this name. */
const PARTITION = 'partition';

/**
 * What a site offers, as servers to be started. Pure.
 *
 * @throws SmokeUsage when the site does not have what was asked for
 */
export function chooseCases(site: SiteDetailBody, all: readonly TemplateBody[], wanted: Wanted): SmokeCase[] {
  const offered = all.filter(({ sites }) => sites === null || sites.includes(site.name));
  const templates = chooseTemplates(offered, site, wanted);
  checkSet(templates, wanted.set);
  return templates.flatMap((template) =>
    chooseNodeTypes(template, site, wanted).map((nodeType) => makeCase(template, nodeType, { site, wanted })),
  );
}

function chooseTemplates(
  offered: readonly TemplateBody[],
  site: SiteDetailBody,
  { template, isMatrix }: Wanted,
): readonly TemplateBody[] {
  const chosen = template === undefined ? offered : offered.filter(({ name }) => name === template);
  const names = offered.map(({ name }) => name).join(', ') || 'nothing';
  if (chosen.length === 0) {
    const what = template === undefined ? 'no template' : `no template called ${template}`;
    throw new SmokeUsage(`The site ${site.name} offers ${what}; it offers: ${names}.`);
  }
  if (chosen.length > 1 && !isMatrix) {
    throw new SmokeUsage(`Name a template with --template, or take all of them with --matrix: ${names}.`);
  }
  return chosen;
}

/** What is set for nobody is a slip of the pen. */
function checkSet(templates: readonly TemplateBody[], set: Wanted['set']): void {
  const known = new Set(templates.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const unknown = Object.keys(set).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new SmokeUsage(`There is no field called ${unknown} to set; there is: ${[...known].join(', ')}.`);
  }
}

function chooseNodeTypes(
  { fields }: TemplateBody,
  site: SiteDetailBody,
  { isMatrix, set }: Wanted,
): readonly (NodeTypeBody | undefined)[] {
  const { name, nodeTypes } = site;
  const field = fields.find((one) => one.name === PARTITION);
  if (field === undefined) {
    return [undefined];
  }
  const given = set[PARTITION];
  if (given !== undefined) {
    const chosen = nodeTypes.filter((nodeType) => nodeType.name === given);
    if (chosen.length === 0) {
      const names = nodeTypes.map((nodeType) => nodeType.name).join(', ');
      throw new SmokeUsage(`The site ${name} has no node type called ${given}; it has: ${names}.`);
    }
    return chosen;
  }
  if (isMatrix) {
    return nodeTypes;
  }
  const usable = nodeTypes.filter((nodeType) => explainUnusable(nodeType, site) === undefined);
  return [
    usable.find((nodeType) => nodeType.name === field.default) ??
      usable.find(({ isDefault }) => isDefault) ??
      usable[0] ??
      nodeTypes[0],
  ];
}

function makeCase(
  template: TemplateBody,
  nodeType: NodeTypeBody | undefined,
  { site, wanted }: { site: SiteDetailBody; wanted: Wanted },
): SmokeCase {
  // What somebody names is tried whatever is known of it: then the hub itself says what is wrong.
  const isNamed = !wanted.isMatrix || wanted.set[PARTITION] !== undefined;
  const skipped = nodeType === undefined || isNamed ? undefined : explainUnusable(nodeType, site);
  return {
    title: nodeType === undefined ? template.name : `${template.name} on ${nodeType.name}`,
    template: template.name,
    ...(nodeType === undefined ? {} : { nodeType: nodeType.name }),
    choices: chooseChoices(template, nodeType, wanted.set),
    ...(skipped === undefined ? {} : { skipped }),
  };
}

function explainUnusable({ name, isUp, kind, projects }: NodeTypeBody, site: SiteDetailBody): string | undefined {
  if (!isUp) {
    return `${name} is not up.`;
  }
  const mustCharge = kind === 'partition' && (site.entitlements?.projects.length ?? 0) > 0;
  return mustCharge && projects?.length === 0 ? `${name} admits none of the user’s projects.` : undefined;
}
