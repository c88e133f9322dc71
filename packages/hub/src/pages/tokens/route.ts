import { findLabelProblem } from '../../auth/api-tokens.js';
import type { Services } from '../../services.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import { readField } from '../../web/read-field.js';
import type { RenderPage } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { WebError } from '../../web/web-error.js';
import { describeTokens, LIFETIMES, USES } from './tokens-view.js';

type TokenServices = Pick<Services, 'auth'>;

const DAY_MS = 86_400_000;
/** More than anybody has programs; nobody fills the database. */
const MOST_TOKENS = 50;

/** `/hub/tokens`: one's keys for the REST API. A new one is shown in the answer that makes it, and never again. */
export function registerTokens(router: HubRouter, services: TokenServices, renderPage: RenderPage): void {
  router.get('/hub/tokens', (ctx) => showTokens(ctx, services, renderPage));

  router.post('/hub/tokens', async (ctx) => {
    const made = await makeToken(ctx, services);
    await showTokens(ctx, services, renderPage, made);
    ctx.status = made.problem === undefined ? 200 : 422;
  });

  router.post('/hub/tokens/:id/revoke', async (ctx) => {
    const mine = await services.auth.apiTokens.list(requireUser(ctx).name);
    const row = mine.find(({ id }) => id === ctx.params.id);
    if (row === undefined) {
      throw new WebError(404, 'no-such-token', 'You have no such token. Perhaps it was taken back already.');
    }
    await services.auth.apiTokens.revoke(row.id);
    ctx.redirect('/hub/tokens');
    ctx.status = 303;
  });
}

interface Made {
  /** The secret itself. */
  readonly token?: string;
  readonly label: string;
  readonly problem?: string;
}

async function showTokens(
  ctx: PageContext,
  { auth }: TokenServices,
  renderPage: RenderPage,
  made: Made = { label: '' },
): Promise<void> {
  const rows = await auth.apiTokens.list(requireUser(ctx).name);
  renderPage(ctx, {
    view: 'tokens',
    title: 'Tokens',
    menu: 'tokens',
    styles: ['words/words.css', 'tokens/tokens.css'],
    data: { tokens: describeTokens(rows, new Date()), made, lifetimes: LIFETIMES, uses: USES },
  });
}

async function makeToken(ctx: PageContext, { auth }: TokenServices): Promise<Made> {
  const userName = requireUser(ctx).name;
  const label = readField(ctx, 'label').trim();
  const use = USES.find(({ value }) => value === readField(ctx, 'use'));
  const lifetime = LIFETIMES.find(({ value }) => value === readField(ctx, 'days'));
  const problem = findLabelProblem(label);
  if (problem !== undefined || use === undefined || lifetime === undefined) {
    return { label, problem: problem ?? 'Please choose what the token is good for, and for how long.' };
  }
  if ((await auth.apiTokens.list(userName)).length >= MOST_TOKENS) {
    return { label, problem: `You have ${MOST_TOKENS} tokens. Take one back first.` };
  }
  const days = lifetime.value === 'none' ? undefined : Number(lifetime.value);
  const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * DAY_MS);
  const { token } = await auth.apiTokens.issue({ userName, label, scopes: use.scopes, expiresAt });
  return { label, token };
}
