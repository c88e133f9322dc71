import type { BodyNode } from './body-node.js';
import type { TemplateField } from './template-field.js';
import type { TemplatePart } from './template-part.js';
import type { TemplatePreset } from './template-preset.js';
import type { TemplateText } from './template-text.js';

/** A template that was read and checked; made by parseTemplate, rendered by renderScript. */
export interface JobTemplate {
  /** The file's name without folder and `.sbatch.hbs`. */
  readonly name: string;
  readonly title: TemplateText;
  /** A sentence below the title. */
  readonly description?: TemplateText | undefined;
  /** In the order of the form. */
  readonly fields: readonly TemplateField[];
  /** Good choices by name, in the order of the form. */
  readonly presets: readonly TemplatePreset[];
  /** The sites that offer it; undefined: all. */
  readonly sites?: readonly string[] | undefined;
  /** The UNIX groups of a site whose members may start it there; undefined: everybody. */
  readonly groups?: readonly string[] | undefined;
  /** When its servers are ended if nobody uses them; undefined: it does not say. */
  readonly idle?: { readonly minutes: number; readonly evenIfBusy: boolean } | undefined;
  readonly file: string;
  /** The whole file as it was read. */
  readonly source: string;
  /** The parts that it includes, by name, each as it was read. */
  readonly parts: ReadonlyMap<string, TemplatePart>;
  readonly body: readonly BodyNode[];
  /** Short SHA-256 (12 hex characters) of the source and of the parts that it includes. */
  readonly version: string;
}
