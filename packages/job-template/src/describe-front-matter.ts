import { z } from 'zod';
import { frontMatterSchema } from './front-matter-schema.js';

/**
 * The JSON Schema (draft 2020-12) of the front matter, for editors: what can be written, of which type, and what it
 * means. What no schema can say (a default outside of its limits) is left to parseTemplate.
 */
export function describeFrontMatter(): object {
  const title = 'The front matter of a juhub job template';
  return { ...z.toJSONSchema(frontMatterSchema, { io: 'input' }), title };
}
