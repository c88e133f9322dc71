import type { PageContext } from '../../web/hub-context.js';
import type { RenderPage } from '../../web/render-page.js';

/** A page that says one thing, and where to go from there. */
export interface Notice {
  readonly status: number;
  readonly title: string;
  readonly lines: readonly string[];
  readonly links: readonly { readonly path: string; readonly label: string; readonly isMain?: boolean }[];
}

/** Answers with a page that says one thing. */
export function showNotice(ctx: PageContext, renderPage: RenderPage, notice: Notice): void {
  const { status, title, lines, links } = notice;
  renderPage(ctx, { view: 'notice', title, styles: ['words/words.css'], data: { title, lines, links } });
  ctx.status = status;
}
