import type { HubStep } from './hub-context.js';
import { requireAdmin } from './require-user.js';

/** As the router compares paths: whatever the case of their letters. */
const ADMIN_PATH = /^\/hub\/admin(?:\/|$)/i;

/**
 * Lets nobody but administrators come near a path of the administration, whatever the method and whether there is such a
 * page or not. Each of these pages asks for itself as well; this is for the one that would forget to.
 */
export const guardAdmin: HubStep = async (ctx, next) => {
  if (ADMIN_PATH.test(ctx.path)) {
    requireAdmin(ctx);
  }
  await next();
};
