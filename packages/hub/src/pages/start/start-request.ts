import { NameTaken } from '../../db/errors.js';
import type { ServerRow } from '../../db/server-row.js';
import { SiteInMaintenance } from '../../notices/site-in-maintenance.js';
import { sayWhy } from '../../say-why.js';
import { findNotAsked, sayNotAsked } from '../../sites/say-not-asked.js';
import { type ChoiceProblem, RequestRefused, type SpawnRequest } from '../../spawn/steps/check-request.js';
import { askWithin } from './ask-within.js';
import type { ExpectedStartAnswer } from './describe-expected-start.js';
import type { StartServices, Where } from './load-start.js';
import { dropMeaningless, type FormInput, readInput, readStartForm } from './read-start-form.js';

/** A page waits for the scheduler's guess no longer. */
const GUESS_PATIENCE_MS = 10_000;

/** What a form was sent with. */
export interface SentForm {
  readonly userName: string;
  readonly input: FormInput;
  /** What it is about; undefined where nothing is offered. */
  readonly where: Where | undefined;
}

/** What came of asking for a server. */
export type Started =
  | { readonly row: ServerRow }
  | { readonly row: undefined; readonly status: number; readonly problems: readonly ChoiceProblem[] };

/** Asks for the server; a refusal becomes problems of the form, and so does a site that cannot be asked. */
export async function startServer(services: StartServices, form: SentForm): Promise<Started> {
  const request = readRequest(form);
  try {
    const row = await services.servers.start(request);
    await rememberChoices(services, row);
    return { row };
  } catch (error) {
    return { row: undefined, ...explainRefusal(error, request) };
  }
}

/** Asks when the server would start; whatever goes wrong is an answer as well. */
export async function checkStart(services: StartServices, form: SentForm): Promise<ExpectedStartAnswer> {
  try {
    return await askWithin(services.expectedStarts.ask(readRequest(form)), GUESS_PATIENCE_MS);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function readRequest({ userName, input, where }: SentForm): SpawnRequest {
  const { choices } = readStartForm(input, where?.template.fields ?? []);
  return {
    userName,
    name: readInput(input, 'name') ?? '',
    site: readInput(input, 'site') ?? '',
    template: readInput(input, 'template') ?? '',
    choices: dropMeaningless(choices),
  };
}

/** @throws the error itself when it is no refusal but a fault */
function explainRefusal(
  error: unknown,
  { name }: SpawnRequest,
): { status: number; problems: readonly ChoiceProblem[] } {
  if (error instanceof RequestRefused) {
    return { status: 422, problems: error.problems };
  }
  if (error instanceof NameTaken) {
    return { status: 422, problems: [{ field: 'name', code: error.code, values: { name }, message: error.message }] };
  }
  if (error instanceof SiteInMaintenance) {
    const values = { site: error.site.title };
    return { status: 503, problems: [{ field: 'site', code: error.code, values, message: error.message }] };
  }
  const [why, message] = [findNotAsked(error), sayNotAsked(error)];
  if (why !== undefined && message !== undefined) {
    return { status: 503, problems: [{ field: 'site', code: 'site-not-asked', values: { why }, message }] };
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
