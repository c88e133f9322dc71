import type { TemplateDesk } from '../../../templates/template-desk.js';

/** Which text of a template is wanted; of what is in use where nothing is said. */
export interface WantedSource {
  readonly version?: string | undefined;
  readonly wantsFile?: boolean;
}

/** The text of a version, of the file, or of what is in use. @throws UnknownTemplate */
export async function findSource(
  templateDesk: TemplateDesk,
  name: string,
  { version, wantsFile = false }: WantedSource,
): Promise<string> {
  const { file, inUse, use } = templateDesk.find(name);
  const { history } = templateDesk.templates;
  if (version === undefined) {
    const source = (wantsFile ? file?.source : inUse?.source) ?? file?.source;
    return source ?? (await history.getVersion(name, use?.version ?? ''))?.source ?? '';
  }
  return (await templateDesk.getVersion(name, version)).source;
}
