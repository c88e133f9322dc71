import { pickText } from '@juhub/job-template';
import type { Say } from '../../../messages/say.js';
import type { TemplateState } from '../../../templates/templates.js';

/** What a template is called in the reader's language; its name when nothing of it is in use. */
export function sayTitle({ inUse, name }: TemplateState, say: Say): string {
  return inUse === undefined ? name : pickText(inUse.title, say.language);
}
