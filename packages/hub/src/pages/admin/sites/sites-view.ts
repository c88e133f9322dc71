import type { ConnectionStatus } from '@juhub/connector';
import type { NoticeRow } from '../../../db/notices.js';
import type { Say } from '../../../messages/say.js';
import { listFailed, type SiteCheck, type SiteStep } from '../../../sites/check-site.js';
import type { Catalogue } from '../../../sites/node-type.js';
import type { Site } from '../../../sites/site.js';
import { describeNotice, type NoticeView } from '../../words/describe-notices.js';
import type { SiteTitles } from '../../words/describe-server.js';
import { type Moment, sayMoment, sayMomentOf } from '../../words/moment.js';

/** One step of a self-test in words. */
export interface StepView {
  readonly title: string;
  readonly ok: boolean;
  readonly word: string;
  readonly hop: string;
  readonly took: string;
  /** In the words of whatever was found. */
  readonly detail: string;
  /** What to do; only of a step that failed. */
  readonly advice?: string | undefined;
}

/** One SSH connection. */
export interface ConnectionView {
  readonly account: string;
  readonly state: ConnectionStatus['state'];
  readonly word: string;
  readonly host?: string | undefined;
  readonly since: Moment;
  readonly problem?: string | undefined;
}

/** One site for administrators, ready to be drawn. */
export interface SiteView {
  readonly name: string;
  readonly title: string;
  readonly hosts: string;
  readonly serversPath: string;
  /** Where it is closed for starting, and where something about it is announced. */
  readonly noticesPath: string;
  readonly servers: string;
  /** What is said of the maintenance that it is under, if it is. */
  readonly maintenance?: NoticeView | undefined;
  /** When it last said what it has. */
  readonly answered?: Moment | undefined;
  /** Why it cannot be asked now, in the words of whoever found out. */
  readonly problem?: string | undefined;
  readonly connections: readonly ConnectionView[];
  /** How many are not shown. */
  readonly more?: string | undefined;
  readonly checkPath: string;
  /** What the form is filled in with. */
  readonly account: string;
  readonly check?: CheckView | undefined;
}

/** What a self-test found, in words. */
export interface CheckView {
  /** `partial`: it works, but not by every login node that was tried. */
  readonly result: 'good' | 'partial' | 'bad';
  readonly icon: 'check' | 'warning' | 'cross';
  readonly sentence: string;
  readonly at: Moment;
  readonly steps: readonly StepView[];
  /** Whether the steps are shown at once. */
  readonly isOpen: boolean;
}

/** What one site is described from. */
export interface SiteParts {
  readonly site: Site;
  readonly catalogue: Catalogue;
  /** Those of this site. */
  readonly connections: readonly ConnectionStatus[];
  readonly servers: number;
  readonly maintenance: NoticeRow | undefined;
  readonly sites: SiteTitles;
  /** The account that a self-test takes where nothing else is said. */
  readonly account: string;
  readonly check: SiteCheck | undefined;
}

/** Connections that are shown of one site; those with trouble come first. */
const SHOWN = 20;

/** Describes a site. Pure. */
export function describeSiteForAdmin(parts: SiteParts, say: Say): SiteView {
  const { site, catalogue, servers, maintenance, check } = parts;
  const hosts = site.loginNodes;
  const connections = parts.connections.toSorted((one, other) => rank(one) - rank(other));
  const more = connections.length - SHOWN;
  return {
    name: site.name,
    title: site.title,
    hosts: hosts.length === 0 ? say('adminSites.local') : hosts.join(', '),
    serversPath: `/hub/admin/servers?${new URLSearchParams({ site: site.name })}`,
    servers: say('adminSites.serverCount', { total: servers }),
    noticesPath: `/hub/admin/notices?${new URLSearchParams({ site: site.name })}`,
    maintenance: maintenance === undefined ? undefined : describeNotice(maintenance, parts.sites, say),
    answered: sayMomentOf(catalogue.askedAt),
    problem: catalogue.problem,
    connections: connections.slice(0, SHOWN).map((one) => describeConnection(one, say)),
    more: more > 0 ? say('adminSites.more', { count: more }) : undefined,
    checkPath: `/hub/admin/sites/${site.name}/check`,
    account: check?.account ?? parts.account,
    check: check === undefined ? undefined : describeCheck(check, say),
  };
}

function rank({ state }: ConnectionStatus): number {
  return ['backoff', 'connecting', 'connected', 'closed'].indexOf(state);
}

function describeConnection({ account, state, host, since, lastError }: ConnectionStatus, say: Say): ConnectionView {
  return {
    account,
    state,
    word: say(`adminSites.connection.${state}`),
    host,
    since: sayMoment(new Date(since)),
    problem: state === 'connected' ? undefined : lastError,
  };
}

const ICONS = { good: 'check', partial: 'warning', bad: 'cross' } as const;

function describeCheck(check: SiteCheck, say: Say): CheckView {
  const { ok, account, at } = check;
  const failed = listFailed(check).map((step) => say(`adminSites.step.${step}`));
  const result = !ok ? 'bad' : failed.length > 0 ? 'partial' : 'good';
  return {
    result,
    icon: ICONS[result],
    sentence: say(`adminSites.${result}`, { account, steps: failed.join(', ') }),
    at: sayMoment(at),
    steps: check.steps.map((step) => describeStep(step, say)),
    isOpen: result !== 'good',
  };
}

function describeStep({ step, ok, hop, tookMs, detail }: SiteStep, say: Say): StepView {
  return {
    title: say(`adminSites.step.${step}`),
    ok,
    word: say(ok ? 'adminSites.stepGood' : 'adminSites.stepBad'),
    hop,
    took: `${tookMs} ms`,
    detail,
    advice: ok ? undefined : say(`adminSites.advice.${step}`),
  };
}
