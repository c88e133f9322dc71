import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import type { ParameterizedContext } from 'koa';
import type { Session } from '../auth/sessions.js';
import type { Say } from '../messages/say.js';

/** What the shell knows of a request before a page sees it. */
export interface HubState {
  /** Says messages in the language of whoever asks. */
  say: Say;
  /** Set when somebody is signed in. */
  session?: Session;
  /** What all pages of the administration tell administrators, with a way to the place where they can do something. */
  adminWarnings?: readonly { readonly message: string; readonly path: string }[];
  /** The session's cookie: only for the shell and for signing out. */
  sessionToken?: string;
}

/** A request on its way through the shell. */
export type HubContext = ParameterizedContext<HubState>;

/** A request as a page gets it, with the parameters of its path. */
export type PageContext = RouterContext<HubState>;

/** Where pages put their routes; every path begins with `/hub/`. */
export type HubRouter = Router<HubState>;

/** A step of the shell. */
export type HubStep = (ctx: HubContext, next: () => Promise<unknown>) => Promise<void>;
