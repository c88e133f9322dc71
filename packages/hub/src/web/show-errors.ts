import type { Log } from '../log.js';
import { type Say, sayIn } from '../messages/say.js';
import { describeError, describeStatus, type ErrorView } from './describe-error.js';
import type { HubContext, HubStep } from './hub-context.js';
import type { RenderPage } from './render-page.js';
import { SignInNeeded } from './require-user.js';

/** The one place where errors turn into answers: a page for people, JSON for programs, the way to sign in where that helps. */
export function showErrors(renderPage: RenderPage, log: Log): HubStep {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status >= 400 && (ctx.body === undefined || ctx.body === null)) {
        showError(ctx, describeStatus(ctx.status, readerOf(ctx)), renderPage);
      }
    } catch (error) {
      if (error instanceof SignInNeeded && wantsPage(ctx) && ctx.method === 'GET') {
        ctx.redirect(`/hub/sign-in?next=${encodeURIComponent(ctx.url)}`);
        return;
      }
      const view = describeError(error, readerOf(ctx));
      if (view.reference !== undefined) {
        log.error({ err: error, reference: view.reference, method: ctx.method, path: ctx.path }, 'A request failed');
      }
      showWait(ctx, error);
      showError(ctx, view, renderPage);
    }
  };
}

function showError(ctx: HubContext, view: ErrorView, renderPage: RenderPage): void {
  ctx.status = view.status;
  if (!wantsPage(ctx)) {
    ctx.body = view;
    return;
  }
  renderPage(ctx, { view: 'error', title: view.title, data: view });
  ctx.status = view.status;
}

/** Programs are told in English, whatever language the browser around them has. */
function readerOf(ctx: HubContext): Say {
  return wantsPage(ctx) ? ctx.state.say : sayIn.en;
}

/** Whether the answer goes to a window of a browser, and not to a script or another program. */
function wantsPage(ctx: HubContext): boolean {
  const target = ctx.get('Sec-Fetch-Dest');
  return (target === '' || target === 'document') && ctx.accepts('json', 'html') === 'html';
}

function showWait(ctx: HubContext, error: unknown): void {
  if (error instanceof Error && 'waitSeconds' in error) {
    ctx.set('Retry-After', String(error.waitSeconds));
  }
}
