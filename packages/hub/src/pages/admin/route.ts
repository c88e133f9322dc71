import type { RegisterPage } from '../../web/create-app.js';
import { requireAdmin } from '../../web/require-user.js';
import type { ShellServices } from '../../web/shell-services.js';
import { renderAdminPage } from './render-admin-page.js';

/** `GET /hub/admin`: the parts of the administration. */
export const registerAdmin: RegisterPage<ShellServices> = (router, _services, renderPage) => {
  router.get('/hub/admin', (ctx) => {
    requireAdmin(ctx);
    renderAdminPage(ctx, renderPage, { view: 'admin', title: ctx.state.say('admin.title') });
  });
};
