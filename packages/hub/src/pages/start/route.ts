import type { NoticeRow } from '../../db/notices.js';
import type { Say } from '../../messages/say.js';
import { findMaintenance } from '../../notices/notices.js';
import { type ChoiceProblem, RequestRefused } from '../../spawn/steps/check-request.js';
import { TooManyChecks } from '../../spawn/trial/expected-starts.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import type { RenderPage } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { describeNotice } from '../words/describe-notices.js';
import { progressPathOf } from '../words/page-paths.js';
import { showNotice } from '../words/show-notice.js';
import { describeExpectedStart, type ExpectedStartAnswer } from './describe-expected-start.js';
import { findWhere, loadStart, type StartServices, type Where } from './load-start.js';
import { type FormInput, readInput } from './read-start-form.js';
import { checkStart, type SentForm, startServer } from './start-request.js';
import { describeStart } from './start-view.js';

/** The name of the button that asks when a server would start, and starts nothing. */
const CHECK = '_check';

/** `/hub/start`: the form that starts a server. A link may carry what it is filled in with. */
export function registerStart(router: HubRouter, services: StartServices, renderPage: RenderPage): void {
  router.get('/hub/start', async (ctx) => {
    await showForm(ctx, services, renderPage, await readForm(ctx, services, ctx.query));
  });

  router.post('/hub/start', async (ctx) => {
    const form = await readForm(ctx, services, readBody(ctx));
    if (readInput(form.input, CHECK) !== undefined) {
      const expected = await checkStart(services, form);
      const posted = expected instanceof RequestRefused ? expected.problems : [];
      await showForm(ctx, services, renderPage, { ...form, posted, expected });
      return;
    }
    const started = await startServer(services, form);
    if (started.row !== undefined) {
      ctx.redirect(`${progressPathOf(started.row.name)}?open=1`);
      ctx.status = 303;
      return;
    }
    await showForm(ctx, services, renderPage, { ...form, posted: started.problems });
    ctx.status = started.status;
  });

  /** When it would start with what is chosen now, for the page's own script. */
  router.post('/hub/start/expected', async (ctx) => {
    await showExpectedStart(ctx, services, renderPage, await readForm(ctx, services, readBody(ctx)));
  });
}

function readBody(ctx: PageContext): FormInput {
  const { body } = ctx.request;
  return typeof body === 'object' && body !== null ? (body as FormInput) : {};
}

/** Found once a request: what is shown after a refusal is about the same place. */
async function readForm(ctx: PageContext, services: StartServices, input: FormInput): Promise<SentForm> {
  const { name: userName } = requireUser(ctx);
  return { userName, input, where: await findWhere(services, userName, input) };
}

interface Form extends SentForm {
  readonly posted?: readonly ChoiceProblem[];
  readonly expected?: ExpectedStartAnswer;
}

async function showForm(ctx: PageContext, services: StartServices, renderPage: RenderPage, form: Form): Promise<void> {
  const { say } = ctx.state;
  const { where } = form;
  if (where === undefined) {
    showNotice(ctx, renderPage, {
      status: 503,
      title: say('start.nothingOffered'),
      lines: [say('start.nothingOfferedWhy')],
      links: [{ path: '/hub/home', label: say('shell.myServers'), isMain: true }],
    });
    return;
  }
  const [parts, shown] = await Promise.all([
    loadStart(services, { ...form, where, say }),
    services.notices.listShown(),
  ]);
  const view = describeStart({ ...parts, expected: form.expected });
  renderPage(ctx, {
    view: 'start',
    title: say('start.title'),
    menu: 'start',
    notices: shown.map((notice) => describeNotice(notice, services.sites, say)),
    // Of a form that was sent only the link has what was chosen.
    ...(form.posted === undefined ? {} : { here: view.link }),
    styles: ['words/words.css', 'start/start.css', 'start/choices.css', 'start/node-types.css'],
    scripts: ['start/start.js'],
    data: { ...view, ...sayObstacle(services, { where, shown, say }), isPosted: form.posted !== undefined },
  });
}

/** Why nothing can be started whatever is chosen; nothing where something can. */
function sayObstacle(
  { servers }: Pick<StartServices, 'servers'>,
  { where, shown, say }: { where: Where; shown: readonly NoticeRow[]; say: Say },
): { readonly obstacle?: string; readonly isFull?: boolean } {
  const { site, rows } = where;
  if (findMaintenance(shown, site.name) !== undefined) {
    return { obstacle: say('problem.site-in-maintenance', { site: site.title }) };
  }
  const limit = servers.serversPerUser;
  const isFull = rows.filter(({ state }) => state !== 'ended').length >= limit;
  return isFull ? { isFull, obstacle: say('problem.too-many-servers', { limit }) } : {};
}

async function showExpectedStart(
  ctx: PageContext,
  services: StartServices,
  renderPage: RenderPage,
  form: SentForm,
): Promise<void> {
  const { say } = ctx.state;
  const answer = await checkStart(services, form);
  const expected = describeExpectedStart(answer, { now: new Date(), say, template: form.where?.template });
  renderPage(ctx, { view: 'expected-start', title: '', isPart: true, data: expected });
  if (expected.againInSeconds !== undefined) {
    ctx.status = answer instanceof TooManyChecks ? 429 : 202;
    ctx.set('Retry-After', String(expected.againInSeconds));
  }
}
