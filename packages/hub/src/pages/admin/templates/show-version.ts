import { TemplateError, type TemplateProblem } from '@juhub/job-template';
import type { TemplateVersionRow } from '../../../db/template-versions.js';
import type { PageContext } from '../../../web/hub-context.js';
import type { RenderPage } from '../../../web/render-page.js';
import { requireAdmin } from '../../../web/require-user.js';
import { sayMoment } from '../../words/moment.js';
import { renderAdminPage } from '../render-admin-page.js';
import { compareTemplates } from './compare-templates.js';
import { sayOrigin } from './describe-history.js';
import { describeProblems, partIdOf } from './describe-problems.js';
import type { WorkbenchServices } from './load-workbench.js';
import { numberText } from './number-lines.js';
import { sayTitle } from './say-title.js';
import { versionPathOf, workbenchPathOf } from './template-paths.js';

/** `GET /hub/admin/templates/:name/versions/:version`: the text of a version, and how to put it in use again. */
export async function showVersion(
  ctx: PageContext,
  services: Pick<WorkbenchServices, 'templateDesk' | 'records'>,
  renderPage: RenderPage,
): Promise<void> {
  requireAdmin(ctx);
  const { say } = ctx.state;
  const [name, version] = [String(ctx.params.name), String(ctx.params.version)];
  const { history } = services.templateDesk.templates;
  const state = services.templateDesk.find(name);
  const row = await services.templateDesk.getVersion(name, version);
  const parts = new Map(Object.entries(row.parts).map(([part, text]) => [part, { text }]));
  const made = (await services.records.listActive()).filter(
    (server) => server.template === name && server.templateVersion === version,
  );
  renderAdminPage(ctx, renderPage, {
    section: 'templates',
    view: 'template-version',
    title: say('adminTemplates.versionTitle', { name, version }),
    styles: ['admin/templates/templates.css', 'admin/templates/workbench.css'],
    data: {
      name,
      version,
      benchPath: workbenchPathOf(name),
      editPath: `${workbenchPathOf(name)}?${new URLSearchParams({ version })}`,
      usePath: `${versionPathOf(name, version)}/use`,
      benchTitle: sayTitle(state, say),
      savedAt: sayMoment(row.savedAt),
      origin: sayOrigin(row, say),
      seen: state.use?.number ?? 0,
      isInUse: state.inUse?.version === version,
      servers: made.map((server) => `${server.userName}/${server.name}`),
      problems: describeProblems(findProblems(() => history.parse(row))),
      changes: state.inUse === undefined ? [] : compareTemplates(name, state.inUse, { source: row.source, parts }),
      texts: listTexts(row),
    },
  });
}

function listTexts({ name, source, parts }: TemplateVersionRow) {
  const own = numberText({ id: 'source', name: `${name}.sbatch.hbs`, text: source });
  const others = Object.entries(parts).map(([part, text]) =>
    numberText({ id: partIdOf(part), name: `parts/${part}.sh`, text }),
  );
  return [own, ...others];
}

function findProblems(parse: () => unknown): readonly TemplateProblem[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (error instanceof TemplateError) {
      return error.problems;
    }
    throw error;
  }
}
