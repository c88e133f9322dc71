import type { ServerRow } from '../../../db/server-row.js';
import type { Say } from '../../../messages/say.js';
import type { TemplateState } from '../../../templates/templates.js';
import type { PageContext } from '../../../web/hub-context.js';
import type { RenderPage } from '../../../web/render-page.js';
import { requireAdmin } from '../../../web/require-user.js';
import { renderAdminPage } from '../render-admin-page.js';
import { sayWho } from './describe-history.js';
import { describeProblems, type ProblemView } from './describe-problems.js';
import type { WorkbenchServices } from './load-workbench.js';
import { sayTitle } from './say-title.js';
import { versionPathOf, workbenchPathOf } from './template-paths.js';

/** A template in the list. */
interface TemplateLine {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly version: string | undefined;
  readonly versionPath: string | undefined;
  readonly from: string;
  readonly sites: string;
  readonly servers: number;
  /** How many of the servers another version made, in words; undefined for none. */
  readonly older: string | undefined;
  readonly problems: readonly ProblemView[];
  readonly problemWords: string;
}

/** `GET /hub/admin/templates`. */
export async function showTemplateList(
  ctx: PageContext,
  { templateDesk, records }: Pick<WorkbenchServices, 'templateDesk' | 'records'>,
  renderPage: RenderPage,
): Promise<void> {
  requireAdmin(ctx);
  const { say } = ctx.state;
  const { templates } = templateDesk;
  // Looks for a change where the file system tells of none.
  templates.all();
  const states = templates.states();
  const living = await records.listActive();
  const ofTemplates = new Set(states.flatMap(({ problems }) => problems));
  renderAdminPage(ctx, renderPage, {
    section: 'templates',
    view: 'template-list',
    title: say('adminTemplates.title'),
    styles: ['admin/templates/templates.css'],
    data: {
      templates: states.map((state) => describeLine(state, living, say)),
      folderProblems: describeProblems(templates.problems().filter((problem) => !ofTemplates.has(problem))),
    },
  });
}

function describeLine(state: TemplateState, living: readonly ServerRow[], say: Say): TemplateLine {
  const { name, inUse, use, problems } = state;
  const servers = living.filter(({ template }) => template === name);
  const count = servers.filter(({ templateVersion }) => templateVersion !== inUse?.version).length;
  const isChosen = use?.kind === 'chosen';
  return {
    name,
    title: sayTitle(state, say),
    path: workbenchPathOf(name),
    version: inUse?.version,
    versionPath: inUse && versionPathOf(name, inUse.version),
    from: isChosen ? say('adminTemplates.fromAdmin', { name: sayWho(use, say) }) : say('adminTemplates.fromFile'),
    sites: inUse?.sites?.join(', ') ?? say('adminTemplates.allSites'),
    servers: servers.length,
    older: count === 0 ? undefined : say('adminTemplates.serversOld', { count }),
    problems: describeProblems(problems),
    problemWords: say('adminTemplates.problems', { count: problems.length }),
  };
}
