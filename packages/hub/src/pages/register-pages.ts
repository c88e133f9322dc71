import type { Services } from '../services.js';
import type { RegisterPage } from '../web/create-app.js';
import { registerAdminNotices } from './admin/notices/route.js';
import { registerAdmin } from './admin/route.js';
import { registerAdminServers } from './admin/servers/route.js';
import { registerAdminSites } from './admin/sites/route.js';
import { registerAdminTemplates } from './admin/templates/route.js';
import { registerGate } from './gate/route.js';
import { registerHome } from './home/route.js';
import { registerLanguage } from './language/route.js';
import { registerServer } from './server/route.js';
import { registerSignIn } from './sign-in/route.js';
import { registerStart } from './start/route.js';
import { registerTokens } from './tokens/route.js';

/** Every page of the hub. */
export const registerPages: readonly RegisterPage<Services>[] = [
  registerSignIn,
  registerLanguage,
  registerHome,
  registerStart,
  registerServer,
  registerGate,
  registerTokens,
  // Before the other pages of the administration: it has something to say on all of them.
  registerAdminTemplates,
  registerAdmin,
  registerAdminServers,
  registerAdminSites,
  registerAdminNotices,
];
