import type { Catalogue, Entitlements } from './node-type.js';
import type { Site } from './site.js';
import { SiteKnowledge } from './site-knowledge.js';

/**
 * What the sites offer, kept so that no form waits for a cluster twice: one question per site serves everybody, and
 * when a site cannot be asked the last answer stays, with its age and the reason. See KeptAnswer.
 */
export class Catalogues {
  readonly #sites: ReadonlyMap<string, SiteKnowledge>;

  /** @param needsGroups whether something that the hub offers is for members of some UNIX groups alone */
  constructor(sites: ReadonlyMap<string, Site>, needsGroups: () => boolean = () => false) {
    this.#sites = new Map([...sites].map(([name, site]) => [name, new SiteKnowledge(site, needsGroups)]));
  }

  /**
   * What a site offers. Waits for the cluster only when nothing is known yet; never rejects: a site that cannot be
   * asked gives a catalogue with `problem` set.
   *
   * @param askAs the UNIX account to ask with where the site has no service account
   */
  async get(siteName: string, askAs: string): Promise<Catalogue> {
    const knowledge = this.#sites.get(siteName);
    return knowledge === undefined
      ? { site: siteName, nodeTypes: [], reservations: [], problem: `There is no site called ${siteName}.` }
      : knowledge.catalogue(askAs);
  }

  /**
   * The projects and QOS that a user may use on a site, as it said last.
   *
   * @throws the error of the question when nothing is known yet and the site cannot be asked
   */
  async entitlements(siteName: string, userName: string): Promise<Entitlements> {
    const knowledge = this.#sites.get(siteName);
    if (knowledge === undefined) {
      throw new Error(`There is no site called ${siteName}.`);
    }
    return knowledge.entitlements(userName);
  }

  /** Asks no more. */
  close(): void {
    for (const knowledge of this.#sites.values()) {
      knowledge.close();
    }
  }
}
