import { z } from 'zod';
import { siteNameSetting, userNameSetting } from '../config/setting-types.js';
import { NAME_RULE, SERVER_NAME } from '../spawn/steps/check-request.js';

/** The parameters of all paths. */
export const parameterShapes = {
  name: userNameSetting.describe('The user’s name; only one’s own.'),
  server: z.string().regex(SERVER_NAME, NAME_RULE).describe('The server’s name.'),
  site: siteNameSetting.describe('The site’s name.'),
  id: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'An id has 16 hexadecimal digits.')
    .describe('The server’s id.'),
  notice: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'An id has 16 hexadecimal digits.')
    .describe('The notice’s id.'),
  template: z.string().max(100).describe('The template’s name.'),
  version: z.string().max(100).describe('The version.'),
} as const;

export type ParameterName = keyof typeof parameterShapes;
