import type { Say } from '../../../messages/say.js';
import { TemplateChanged, TemplateRefused } from '../../../templates/template-errors.js';
import type { HubRouter, PageContext } from '../../../web/hub-context.js';
import { readField, readQuery } from '../../../web/read-field.js';
import type { RenderPage } from '../../../web/render-page.js';
import { requireAdmin } from '../../../web/require-user.js';
import { SaidError } from '../../../web/web-error.js';
import type { FormInput } from '../../start/read-start-form.js';
import { renderAdminPage } from '../render-admin-page.js';
import { describeHistory, sayWho } from './describe-history.js';
import { describeStanding } from './describe-standing.js';
import { type Tried, tryOnSite } from './describe-trial.js';
import { findSource, type WantedSource } from './find-source.js';
import { loadWorkbench, type WorkbenchParts, type WorkbenchServices } from './load-workbench.js';
import { sayTitle } from './say-title.js';
import { showTemplateList } from './show-list.js';
import { showVersion } from './show-version.js';
import { TEMPLATES_PATH, workbenchPathOf } from './template-paths.js';
import { describeWorkbench } from './workbench-view.js';

/** A template of this size is no template; the body of a form is limited as well. */
const LONGEST_SOURCE = 64 * 1024;

/** `/hub/admin/templates`: which templates there are, and the workbench of each: edit, check, test, put in use, go back. */
export function registerAdminTemplates(router: HubRouter, services: WorkbenchServices, renderPage: RenderPage): void {
  router.use('/hub/admin', async (ctx, next) => {
    ctx.state.adminWarnings = listWarnings(services, ctx.state.say);
    await next();
  });

  router.get(TEMPLATES_PATH, (ctx) => showTemplateList(ctx, services, renderPage));

  router.get(`${TEMPLATES_PATH}/:name`, async (ctx) => {
    const bench = await readBench(ctx, services);
    await showBench(ctx, services, renderPage, { bench, used: readQuery(ctx, 'used') });
  });

  router.post(`${TEMPLATES_PATH}/:name`, async (ctx) => {
    await act(ctx, services, renderPage);
  });

  /** What changes with each letter, for the page's own script. */
  router.post(`${TEMPLATES_PATH}/:name/findings`, async (ctx) => {
    const bench = await readBench(ctx, services);
    renderPage(ctx, { view: 'workbench-live', title: '', isPart: true, data: describeBench(ctx, bench) });
  });

  router.post(`${TEMPLATES_PATH}/:name/back`, async (ctx) => {
    const decision = readDecision(ctx);
    await services.templateDesk.followFile(decision);
    leadTo(ctx, workbenchPathOf(decision.name));
  });

  router.get(`${TEMPLATES_PATH}/:name/versions/:version`, (ctx) => showVersion(ctx, services, renderPage));

  router.post(`${TEMPLATES_PATH}/:name/versions/:version/use`, async (ctx) => {
    const decision = { ...readDecision(ctx), version: String(ctx.params.version) };
    await services.templateDesk.putVersionInUse(decision);
    leadTo(ctx, `${workbenchPathOf(decision.name)}?${new URLSearchParams({ used: decision.version })}`);
  });
}

/** What is wrong with the templates, for every page of the administration that is registered behind this one. */
function listWarnings({ templateDesk }: WorkbenchServices, say: Say) {
  const { templates } = templateDesk;
  const count = templates.states().filter(({ isBroken }) => isBroken).length;
  const messages = [
    ...(templates.folder().isListed ? [] : [say('adminTemplates.folder.banner')]),
    ...(count === 0 ? [] : [say('adminTemplates.broken.banner', { count })]),
  ];
  return messages.map((message) => ({ message, path: TEMPLATES_PATH }));
}

async function act(ctx: PageContext, services: WorkbenchServices, renderPage: RenderPage): Promise<void> {
  const deed = readField(ctx, '_act');
  if (deed === 'use') {
    await putInUse(ctx, services, renderPage);
    return;
  }
  const bench = await readBench(ctx, services);
  const tried = deed === 'try' ? await tryOnSite(bench, services, ctx.state.say) : undefined;
  await showBench(ctx, services, renderPage, { bench, tried });
}

/** A refusal is shown with what was typed; whoever saw an older version sees now what his changes of the newer one. */
async function putInUse(ctx: PageContext, services: WorkbenchServices, renderPage: RenderPage): Promise<void> {
  const decision = { ...readDecision(ctx), source: readSource(ctx) };
  try {
    const { inUse } = await services.templateDesk.putInUse(decision);
    leadTo(ctx, `${workbenchPathOf(decision.name)}?${new URLSearchParams({ used: inUse?.version ?? '' })}`);
  } catch (error) {
    if (!(error instanceof TemplateChanged || error instanceof TemplateRefused)) {
      throw error;
    }
    const bench = await readBench(ctx, services);
    const isRefused = error instanceof TemplateRefused;
    await showBench(ctx, services, renderPage, { bench, isRefused });
    ctx.status = isRefused ? 422 : 409;
  }
}

async function readBench(ctx: PageContext, services: WorkbenchServices): Promise<WorkbenchParts> {
  const isPosted = ctx.method === 'POST';
  const { name, by: adminName, seen } = readDecision(ctx);
  const last = services.templateDesk.find(name).use?.number ?? 0;
  return loadWorkbench(services, {
    name,
    adminName,
    source: isPosted ? readSource(ctx) : await findSource(services.templateDesk, name, readWanted(ctx)),
    seen: isPosted ? seen : last,
    input: isPosted ? readBody(ctx) : ctx.query,
    say: ctx.state.say,
  });
}

/** What a page without a text of its own begins with. */
function readWanted(ctx: PageContext): WantedSource {
  return { version: readQuery(ctx, 'version'), wantsFile: readQuery(ctx, 'from') === 'file' };
}

interface BenchPage {
  readonly bench: WorkbenchParts;
  readonly tried?: Tried | undefined;
  /** It was to be put in use, and has mistakes. */
  readonly isRefused?: boolean;
  /** The version that was put in use just now. */
  readonly used?: string | undefined;
}

async function showBench(
  ctx: PageContext,
  services: WorkbenchServices,
  renderPage: RenderPage,
  { bench, tried, isRefused = false, used }: BenchPage,
): Promise<void> {
  const { say } = ctx.state;
  const { state, name } = bench;
  const view = describeBench(ctx, bench);
  const { history } = services.templateDesk.templates;
  const [uses, versions, users] = await Promise.all([
    history.listUses(name),
    history.listVersions(name),
    services.database.users.list(),
  ]);
  const standing = describeStanding(state, history.fileOf(name), say);
  renderAdminPage(ctx, renderPage, {
    section: 'templates',
    view: 'workbench',
    title: sayTitle(state, say),
    here: workbenchPathOf(name),
    styles: ['admin/templates/templates.css', 'admin/templates/workbench.css', 'start/start.css'],
    scripts: ['admin/templates/workbench.js'],
    data: {
      ...view,
      isTyped: ctx.method === 'POST' && !view.isSame,
      // Whoever was shown that something changed has seen it: the next decision counts.
      seen: state.use?.number ?? 0,
      title: sayTitle(state, say),
      version: state.inUse?.version,
      isRefused,
      tried,
      used: used === state.inUse?.version ? used : undefined,
      note: readField(ctx, '_note'),
      standing,
      history: describeHistory(uses, versions, say),
      users: [...new Set([...services.config.users, ...users].map((user) => user.name))].sort(),
    },
  });
}

function describeBench(ctx: PageContext, bench: WorkbenchParts) {
  const { say } = ctx.state;
  const { use } = bench.state;
  return { ...describeWorkbench(bench, say), lastWho: use === undefined ? '' : sayWho(use, say) };
}

function readDecision(ctx: PageContext) {
  const by = requireAdmin(ctx).name;
  return {
    name: String(ctx.params.name),
    by,
    seen: Number(readField(ctx, '_seen')) || 0,
    note: readField(ctx, '_note'),
  };
}

/** Browsers send the lines of a text with CR LF (https://html.spec.whatwg.org/multipage/form-elements.html#textarea-line-break-normalisation-transformation). */
function readSource(ctx: PageContext): string {
  const source = readField(ctx, '_source').replaceAll('\r\n', '\n');
  if (source.length > LONGEST_SOURCE) {
    throw new SaidError(413, 'too-large', 'adminTemplates.tooLarge', { kib: LONGEST_SOURCE / 1024 });
  }
  return source;
}

function readBody(ctx: PageContext): FormInput {
  const { body } = ctx.request;
  return typeof body === 'object' && body !== null ? (body as FormInput) : {};
}

function leadTo(ctx: PageContext, path: string): void {
  ctx.redirect(path);
  ctx.status = 303;
}
