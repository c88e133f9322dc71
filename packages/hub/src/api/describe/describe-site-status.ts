import type { ConnectionStatus } from '@juhub/connector';
import { sayIn } from '../../messages/say.js';
import type { SiteParts } from '../../pages/admin/sites/sites-view.js';
import type { SiteCheck } from '../../sites/check-site.js';
import type { SiteCheckBody, SiteStatusBody } from '../shapes/admin-site-shape.js';
import { describeNotice } from './describe-notice.js';
import { writeMoment, writeMomentOf } from './write-moment.js';

/** Describes how a site is reached. Pure. */
export function describeSiteStatus(parts: SiteParts): SiteStatusBody {
  const { site, servers, catalogue, connections, maintenance, check } = parts;
  return {
    name: site.name,
    title: site.title,
    loginNodes: site.loginNodes,
    servers,
    askedAt: writeMomentOf(catalogue.askedAt),
    problem: catalogue.problem ?? null,
    connections: connections.map(describeConnection),
    maintenance: maintenance === undefined ? null : describeNotice(maintenance),
    check: check === undefined ? null : describeSiteCheck(check),
  };
}

function describeConnection({ account, state, since, host, lastError }: ConnectionStatus) {
  return { account, state, since, host: host ?? null, problem: state === 'connected' ? null : (lastError ?? null) };
}

/** Describes what a self-test found, with what to do. Pure. */
export function describeSiteCheck({ site, account, at, ok, steps }: SiteCheck): SiteCheckBody {
  const described = steps.map((step) => ({
    ...step,
    advice: step.ok ? null : sayIn.en(`adminSites.advice.${step.step}`),
  }));
  return { site, account, at: writeMoment(at), ok, steps: described };
}
