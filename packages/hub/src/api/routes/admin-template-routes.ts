import { TemplateError } from '@juhub/job-template';
import type { z } from 'zod';
import { sayIn } from '../../messages/say.js';
import { findSource } from '../../pages/admin/templates/find-source.js';
import { loadWorkbench, type WorkbenchParts } from '../../pages/admin/templates/load-workbench.js';
import { RequestRefused } from '../../spawn/steps/check-request.js';
import { TemplateRefused } from '../../templates/template-errors.js';
import type { TemplateState } from '../../templates/templates.js';
import { type ApiCall, type ApiRoute, type ApiServices, defineRoute } from '../api-route.js';
import {
  describeTemplateHistory,
  describeTemplateState,
  describeTemplateVersion,
  describeTrial,
} from '../describe/describe-template-state.js';
import { writeChoices } from '../shapes/start-shape.js';
import {
  newTrialShape,
  templateBackShape,
  templateHistoryShape,
  templateStateShape,
  templateUseShape,
  templateVersionShape,
  trialShape,
} from '../shapes/template-state-shape.js';

const path = '/admin/templates/{template}';
const decided = { 200: { description: 'What is in use from now on.', schema: templateStateShape } };

/** Which version of each template is in use, and how that is changed. */
export const adminTemplateRoutes: readonly ApiRoute[] = [
  defineRoute({
    method: 'get',
    path: '/admin/templates',
    id: 'listTemplateStates',
    summary: 'Every template that there is or once was, and what is wrong with its file.',
    access: 'admin',
    answers: { 200: { description: 'All templates.', schema: templateStateShape.array() } },
    handle: async (_call, { templateDesk }) => {
      return { status: 200, body: templateDesk.templates.states().map(describeTemplateState) };
    },
  }),
  defineRoute({
    method: 'get',
    path,
    id: 'getTemplateHistory',
    summary: 'A template with its history.',
    access: 'admin',
    answers: { 200: { description: 'The template.', schema: templateHistoryShape } },
    errors: [404],
    handle: async ({ parameters }, { templateDesk }) => {
      const state = templateDesk.find(parameters.template);
      const { history } = templateDesk.templates;
      const [uses, versions] = await Promise.all([history.listUses(state.name), history.listVersions(state.name)]);
      return { status: 200, body: describeTemplateHistory(state, uses, versions) };
    },
  }),
  defineRoute({
    method: 'get',
    path: `${path}/versions/{version}`,
    id: 'getTemplateVersion',
    summary: 'The texts of a version.',
    access: 'admin',
    answers: { 200: { description: 'The version.', schema: templateVersionShape } },
    errors: [404],
    handle: async ({ parameters: { template, version } }, { templateDesk }) => {
      const row = await templateDesk.getVersion(template, version);
      return { status: 200, body: describeTemplateVersion(row) };
    },
  }),
  defineRoute({
    method: 'post',
    path: `${path}/check`,
    id: 'checkTemplate',
    summary: 'Checks a text and renders its job script for a user. Nothing is put in use, nothing is started.',
    access: 'admin',
    body: newTrialShape,
    answers: { 200: { description: 'What was found; that something is wrong is no error.', schema: trialShape } },
    errors: [404, 422],
    handle: async (call, services) => ({ status: 200, body: describeTrial(await tryOut(call, services)) }),
  }),
  defineRoute({
    method: 'post',
    path: `${path}/use`,
    id: 'useTemplate',
    summary: 'Puts a text, or a version of the history, in use, whatever the file is.',
    access: 'admin',
    body: templateUseShape,
    answers: decided,
    errors: [404, 409, 422],
    handle: async (call, services) => ({ status: 200, body: describeTemplateState(await putInUse(call, services)) }),
  }),
  defineRoute({
    method: 'post',
    path: `${path}/back`,
    id: 'followFile',
    summary: 'Goes back to the file, which is followed from then on.',
    access: 'admin',
    body: templateBackShape,
    answers: decided,
    errors: [404, 409, 422],
    handle: async (call, { templateDesk }) => {
      return { status: 200, body: describeTemplateState(await templateDesk.followFile(decisionOf(call))) };
    },
  }),
];

function decisionOf({ parameters, token, body }: ApiCall<z.output<typeof templateBackShape>>) {
  return { name: parameters.template, by: token.user.name, seen: body.seen, note: body.note };
}

/** @throws TemplateRefused, TemplateChanged, UnknownTemplate */
async function putInUse(
  call: ApiCall<z.output<typeof templateUseShape>>,
  { templateDesk }: ApiServices,
): Promise<TemplateState> {
  const { source, version = '' } = call.body;
  const decision = decisionOf(call);
  if (source !== undefined) {
    return templateDesk.putInUse({ ...decision, source });
  }
  try {
    return await templateDesk.putVersionInUse({ ...decision, version });
  } catch (error) {
    // It was good for an older juhub.
    throw error instanceof TemplateError ? new TemplateRefused(decision.name, error.problems) : error;
  }
}

/** @throws UnknownTemplate, RequestRefused */
async function tryOut(
  { parameters, token, body }: ApiCall<z.output<typeof newTrialShape>>,
  services: ApiServices,
): Promise<WorkbenchParts> {
  const { source, version, user, site, choices } = body;
  const name = parameters.template;
  const bench = await loadWorkbench(services, {
    name,
    source: source ?? (await findSource(services.templateDesk, name, { version })),
    seen: 0,
    adminName: token.user.name,
    input: { ...writeChoices(choices), _user: user, _site: site },
    say: sayIn.en,
  });
  if (site !== undefined && bench.site?.name !== site) {
    const message = 'There is no such site, or the template is not for it.';
    throw new RequestRefused([{ field: 'site', code: 'no-such-site', values: {}, message }]);
  }
  return bench;
}
