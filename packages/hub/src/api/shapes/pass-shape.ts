import { z } from 'zod';
import { components, momentShape } from './components.js';

/** What lets a program through the gate. */
export const passShape = z
  .strictObject({
    token: z.string().describe('For `Authorization: token …` on the way to the server, or as the cookie’s value.'),
    cookieName: z.string().describe('The cookie that a browser would carry it in.'),
    url: z.string().describe('The path that it opens, and the path of the cookie.'),
    expiresAt: momentShape,
  })
  .register(components, { id: 'Pass' });
