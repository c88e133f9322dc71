import { z } from 'zod';
import { siteNameSetting, userNameSetting } from '../config/setting-types.js';
import { NAME_RULE, SERVER_NAME } from '../spawn/steps/check-request.js';

/** The parameters of all paths. */
export const parameterShapes = {
  name: userNameSetting.describe('The user’s name; only one’s own.'),
  server: z.string().regex(SERVER_NAME, NAME_RULE).describe('The server’s name.'),
  site: siteNameSetting.describe('The site’s name.'),
} as const;

export type ParameterName = keyof typeof parameterShapes;
