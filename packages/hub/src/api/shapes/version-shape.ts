import { z } from 'zod';
import { components } from './components.js';

/** Which juhub answers. */
export const versionShape = z.strictObject({ version: z.string() }).register(components, { id: 'Version' });
