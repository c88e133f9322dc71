import { NameTaken } from '../../db/errors.js';
import type { ServerRow } from '../../db/server-row.js';
import type { Say } from '../../messages/say.js';
import { SiteInMaintenance } from '../../notices/site-in-maintenance.js';
import { sayWhy } from '../../say-why.js';
import { sayNotAsked } from '../../sites/say-not-asked.js';
import { type ChoiceProblem, RequestRefused } from '../../spawn/steps/check-request.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import type { RenderPage } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { describeNotices } from '../words/describe-notices.js';
import { progressPathOf } from '../words/page-paths.js';
import { showNotice } from '../words/show-notice.js';
import { findWhere, loadStart, type StartServices } from './load-start.js';
import { dropMeaningless, type FormInput, readInput, readStartForm } from './read-start-form.js';
import { describeStart } from './start-view.js';

/** `/hub/start`: the form that starts a server. A link may carry what it is filled in with. */
export function registerStart(router: HubRouter, services: StartServices, renderPage: RenderPage): void {
  router.get('/hub/start', async (ctx) => {
    const user = requireUser(ctx);
    await showForm(ctx, services, renderPage, { userName: user.name, input: ctx.query });
  });

  router.post('/hub/start', async (ctx) => {
    const user = requireUser(ctx);
    const input = readBody(ctx);
    const started = await start(services, user.name, input, ctx.state.say);
    if (started.row !== undefined) {
      await rememberChoices(services, started.row);
      ctx.redirect(`${progressPathOf(started.row.name)}?open=1`);
      ctx.status = 303;
      return;
    }
    await showForm(ctx, services, renderPage, { userName: user.name, input, posted: started.problems });
    ctx.status = started.status;
  });
}

function readBody(ctx: PageContext): FormInput {
  const { body } = ctx.request;
  return typeof body === 'object' && body !== null ? (body as FormInput) : {};
}

async function showForm(
  ctx: PageContext,
  services: StartServices,
  renderPage: RenderPage,
  form: { userName: string; input: FormInput; posted?: ChoiceProblem[] },
): Promise<void> {
  const where = await findWhere(services, form.userName, form.input);
  if (where === undefined) {
    showNotice(ctx, renderPage, {
      status: 503,
      title: 'Nothing can be started here now',
      lines: ['No template is offered on this site. Please tell the administrators of this hub.'],
      links: [{ path: '/hub/home', label: 'My servers', isMain: true }],
    });
    return;
  }
  const { say } = ctx.state;
  const [parts, notices, maintenance] = await Promise.all([
    loadStart(services, { ...form, where }),
    describeNotices(services, say),
    services.notices.findMaintenance(where.site.name),
  ]);
  renderPage(ctx, {
    view: 'start',
    title: 'Start a server',
    menu: 'start',
    notices,
    styles: ['words/words.css', 'start/start.css', 'start/node-types.css'],
    scripts: ['start/start.js'],
    data: { ...describeStart(parts), isInMaintenance: maintenance !== undefined },
  });
}

type Started =
  | { readonly row: ServerRow }
  | { readonly row: undefined; readonly status: number; readonly problems: ChoiceProblem[] };

/** Asks for the server; a refusal becomes problems of the form, and so does a site that cannot be asked. */
async function start(services: StartServices, userName: string, input: FormInput, say: Say): Promise<Started> {
  const where = await findWhere(services, userName, input);
  const { choices } = readStartForm(input, where?.template.fields ?? []);
  const request = {
    userName,
    name: readInput(input, 'name') ?? '',
    site: readInput(input, 'site') ?? '',
    template: readInput(input, 'template') ?? '',
    choices: dropMeaningless(choices),
  };
  try {
    return { row: await services.servers.start(request) };
  } catch (error) {
    return { row: undefined, ...explainRefusal(error, say) };
  }
}

/** @throws the error itself when it is no refusal but a fault */
function explainRefusal(error: unknown, say: Say): { status: number; problems: ChoiceProblem[] } {
  if (error instanceof RequestRefused) {
    return { status: 422, problems: [...error.problems] };
  }
  if (error instanceof NameTaken) {
    return { status: 422, problems: [{ field: 'name', code: 'name-taken', values: {}, message: error.message }] };
  }
  if (error instanceof SiteInMaintenance) {
    const values = { site: error.site.title };
    return {
      status: 503,
      problems: [{ field: 'site', code: error.code, values, message: say('notices.noStart', values) }],
    };
  }
  const notAsked = sayNotAsked(error);
  if (notAsked !== undefined) {
    return { status: 503, problems: [{ field: 'site', code: 'site-not-asked', values: {}, message: notAsked }] };
  }
  throw error;
}

/** The server has been started already: that its choices could not be kept is no reason to tell the person it failed. */
async function rememberChoices({ database, log }: StartServices, row: ServerRow): Promise<void> {
  try {
    await database.lastChoices.set(row.userName, row.template, row.choices);
  } catch (error) {
    log.warn({ user: row.userName, why: sayWhy(error) }, 'the choices of a form could not be kept for the next time');
  }
}
