import type { PageContext } from '../../web/hub-context.js';
import type { Page, RenderPage } from '../../web/render-page.js';
import { type AdminSection, listSections } from './list-sections.js';

/** A page of the administration. */
export interface AdminPage extends Omit<Page, 'menu' | 'bare'> {
  /** The part that it belongs to; none for the page above them all. */
  section?: AdminSection;
}

/** Answers with a page of the administration; its view begins with `{{> admin-nav}}`, which leads to the other parts. */
export function renderAdminPage(ctx: PageContext, renderPage: RenderPage, { section, ...page }: AdminPage): void {
  const area = ctx.state.say('admin.title');
  renderPage(ctx, {
    ...page,
    title: page.title === area ? area : `${page.title} · ${area}`,
    menu: 'admin',
    styles: ['words/words.css', 'admin/admin.css', ...(page.styles ?? [])],
    data: { ...page.data, sections: listSections(ctx, section), warnings: ctx.state.adminWarnings },
  });
}
