import { findLabelProblem, LONGEST_LABEL } from '../../auth/api-tokens.js';
import type { Services } from '../../services.js';
import type { HubRouter, PageContext } from '../../web/hub-context.js';
import { readField } from '../../web/read-field.js';
import type { RenderPage } from '../../web/render-page.js';
import { requireUser } from '../../web/require-user.js';
import { SaidError } from '../../web/web-error.js';
import { describeTokens, listLifetimes, listUses, readLifetime, readScopes } from './tokens-view.js';

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
      throw new SaidError(404, 'no-such-token', 'tokens.gone');
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
  const user = requireUser(ctx);
  const rows = await auth.apiTokens.list(user.name);
  const { say } = ctx.state;
  renderPage(ctx, {
    view: 'tokens',
    title: say('tokens.title'),
    menu: 'tokens',
    styles: ['words/words.css', 'tokens/tokens.css'],
    data: {
      tokens: describeTokens(rows, new Date()),
      made,
      lifetimes: listLifetimes(say),
      uses: listUses(say, user),
      longestLabel: LONGEST_LABEL,
    },
  });
}

async function makeToken(ctx: PageContext, { auth }: TokenServices): Promise<Made> {
  const user = requireUser(ctx);
  const userName = user.name;
  const label = readField(ctx, 'label').trim();
  const scopes = readScopes(readField(ctx, 'use'), user);
  const days = readLifetime(readField(ctx, 'days'));
  const { say } = ctx.state;
  if (findLabelProblem(label) !== undefined) {
    return { label, problem: say('tokens.badLabel', { most: LONGEST_LABEL }) };
  }
  if (scopes === undefined || days === undefined) {
    return { label, problem: say('tokens.choose') };
  }
  if ((await auth.apiTokens.list(userName)).length >= MOST_TOKENS) {
    return { label, problem: say('tokens.tooMany', { most: MOST_TOKENS }) };
  }
  const expiresAt = days === 'none' ? undefined : new Date(Date.now() + days * DAY_MS);
  const { token } = await auth.apiTokens.issue({ userName, label, scopes, expiresAt });
  return { label, token };
}
