/** The templates as admins see them. */
export const TEMPLATES_PATH = '/hub/admin/templates';

/** The workbench of one template. */
export function workbenchPathOf(name: string): string {
  return `${TEMPLATES_PATH}/${encodeURIComponent(name)}`;
}

/** One version of a template. */
export function versionPathOf(name: string, version: string): string {
  return `${workbenchPathOf(name)}/versions/${encodeURIComponent(version)}`;
}
