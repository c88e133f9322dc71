import { checkNotice, type NoticeInput, type NoticeProblem } from '../../../notices/check-notice.js';
import type { Services } from '../../../services.js';
import type { HubRouter, PageContext } from '../../../web/hub-context.js';
import { readQuery } from '../../../web/read-field.js';
import type { RenderPage } from '../../../web/render-page.js';
import { requireAdmin } from '../../../web/require-user.js';
import { SaidError } from '../../../web/web-error.js';
import { renderAdminPage } from '../render-admin-page.js';
import { describeNoticesPage } from './notices-view.js';
import { readNoticeForm } from './read-notice-form.js';

type NoticesServices = Pick<Services, 'notices' | 'sites'>;

const PATH = '/hub/admin/notices';

/** `/hub/admin/notices`: announcements for everybody, and the maintenances of sites. */
export function registerAdminNotices(router: HubRouter, services: NoticesServices, renderPage: RenderPage): void {
  router.get(PATH, async (ctx) => {
    requireAdmin(ctx);
    await showPage(ctx, services, renderPage);
  });

  router.post(PATH, async (ctx) => {
    const admin = requireAdmin(ctx);
    const input = readNoticeForm(ctx);
    const checked = checkNotice(input, services.sites, new Date());
    if ('problems' in checked) {
      await showPage(ctx, services, renderPage, { input, problems: checked.problems });
      ctx.status = 422;
      return;
    }
    await services.notices.make(checked.notice, admin.name);
    leadBack(ctx);
  });

  router.post(`${PATH}/:id/end`, async (ctx) => {
    const admin = requireAdmin(ctx);
    if (!(await services.notices.end(ctx.params.id ?? '', admin.name))) {
      throw new SaidError(404, 'no-such-notice', 'adminNotices.none');
    }
    leadBack(ctx);
  });
}

function leadBack(ctx: PageContext): void {
  ctx.redirect(PATH);
  ctx.status = 303;
}

async function showPage(
  ctx: PageContext,
  { notices, sites }: NoticesServices,
  renderPage: RenderPage,
  refused?: { input: NoticeInput; problems: readonly NoticeProblem[] },
): Promise<void> {
  const { say } = ctx.state;
  const now = new Date();
  renderAdminPage(ctx, renderPage, {
    section: 'notices',
    view: 'admin-notices',
    title: say('notices.title'),
    styles: ['admin/notices/notices.css'],
    scripts: ['admin/admin.js'],
    here: PATH,
    data: describeNoticesPage({
      ...{ say, now, sites, refused },
      ...(await notices.listAll(now)),
      wantedSite: readQuery(ctx, 'site'),
    }),
  });
}
