import type { PageContext } from '../../web/hub-context.js';

/** The parts of the administration, in the order of their menu. */
const SECTIONS = ['servers', 'sites', 'templates', 'notices'] as const;

export type AdminSection = (typeof SECTIONS)[number];

/** A part of the administration as a menu shows it. */
export interface SectionLink {
  readonly path: string;
  readonly label: string;
  /** What it is for, in one sentence. */
  readonly what: string;
  readonly isCurrent: boolean;
}

/** The parts that this hub has a page of. */
export function listSections({ router, state }: PageContext, current?: AdminSection): SectionLink[] {
  return SECTIONS.map((name) => ({ name, path: `/hub/admin/${name}` }))
    .filter(({ path }) => router.match(path, 'GET').route)
    .map(({ name, path }) => ({
      path,
      label: state.say(`admin.${name}`),
      what: state.say(`admin.${name}.what`),
      isCurrent: name === current,
    }));
}
