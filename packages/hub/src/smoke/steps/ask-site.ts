import type { SiteDetailBody } from '../../api/shapes/site-shape.js';
import type { FirstRoom } from '../first-room.js';
import { pause } from '../hub-client.js';
import { SmokeFailure, SmokeUsage } from '../smoke-error.js';

const AGAIN_MS = 1_000;
/** The hub keeps what a site said for half a minute; what is older tells of a site that may be away by now. */
const FRESH_SECONDS = 31;

/** The hub reaches the site and its scheduler, now. @returns what the site offers */
export async function askSite({ hub, clock }: FirstRoom, wanted: string | undefined): Promise<SiteDetailBody> {
  clock.enter('reach-site');
  const name = await chooseSite({ hub, clock }, wanted);
  let site = await hub.site(name, clock.signal);
  while (site.problem === null && (site.ageSeconds ?? Number.POSITIVE_INFINITY) > FRESH_SECONDS) {
    await pause(AGAIN_MS, clock.signal);
    site = await hub.site(name, clock.signal);
  }
  if (site.problem !== null && site.problemHop !== 'scheduler') {
    throw new SmokeFailure(`The hub cannot reach ${name}. ${site.problem}`);
  }
  clock.note(`${site.title}, as ${site.account}`);
  clock.enter('ask-scheduler');
  if (site.problem !== null) {
    throw new SmokeFailure(`The hub reaches ${name}, and its scheduler gives no answer. ${site.problem}`);
  }
  if (site.entitlementsProblem !== null) {
    throw new SmokeFailure(`It is not known what may be charged on ${name}. ${site.entitlementsProblem}`);
  }
  return site;
}

async function chooseSite({ hub, clock }: FirstRoom, wanted: string | undefined): Promise<string> {
  const sites = await hub.sites(clock.signal);
  const site = wanted === undefined && sites.length === 1 ? sites[0] : sites.find(({ name }) => name === wanted);
  if (site === undefined) {
    const known = `There is: ${sites.map(({ name }) => name).join(', ') || 'none'}.`;
    throw new SmokeUsage(
      wanted === undefined ? `Name a site with --site. ${known}` : `There is no site called ${wanted}. ${known}`,
    );
  }
  return site.name;
}
