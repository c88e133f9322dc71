import { type Qos, SlurmError } from '@juhub/slurm';
import { sayWhy } from '../say-why.js';
import { findHop } from './find-hop.js';
import type { Catalogue, Entitlements, QosChoice } from './node-type.js';
import { describeLoginNode, describePartitions } from './node-types.js';
import type { Site } from './site.js';

const FRESH_MS = 30_000;
const ENTITLEMENTS_FRESH_MS = 300_000;

/**
 * What the sites offer, kept so that no form waits for a cluster twice: one question per site serves everybody, an
 * answer older than 30 s is served at once while a new one is fetched, and when the site cannot be asked the last
 * answer stays, with its age and the reason.
 */
export class Catalogues {
  readonly #sites: ReadonlyMap<string, Site>;
  readonly #known = new Map<string, Catalogue>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #entitlements = new Map<string, { at: number; value: Entitlements }>();

  constructor(sites: ReadonlyMap<string, Site>) {
    this.#sites = sites;
  }

  /**
   * What a site offers. Waits for the cluster only when nothing is known yet; never rejects: a site that cannot be
   * asked gives a catalogue with `problem` set.
   *
   * @param askAs the UNIX account to ask with where the site has no service account
   */
  async get(siteName: string, askAs: string): Promise<Catalogue> {
    const site = this.#sites.get(siteName);
    if (site === undefined) {
      return { site: siteName, nodeTypes: [], problem: `There is no site called ${siteName}.` };
    }
    const known = this.#known.get(siteName);
    if (known?.askedAt === undefined) {
      await this.#refresh(site, askAs);
    } else if (known.problem !== undefined || Date.now() - known.askedAt.getTime() > FRESH_MS) {
      void this.#refresh(site, askAs);
    }
    return this.#known.get(siteName) ?? { site: siteName, nodeTypes: [] };
  }

  /**
   * The projects and QOS that a user may use on a site, kept for five minutes.
   *
   * @throws the error of the question when nothing is known yet and the site cannot be asked
   */
  async entitlements(siteName: string, userName: string): Promise<Entitlements> {
    const site = this.#sites.get(siteName);
    if (site === undefined) {
      throw new Error(`There is no site called ${siteName}.`);
    }
    const account = site.accountOf(userName);
    if (!site.hasSlurm) {
      return { account, projects: [], qos: [] };
    }
    const key = `${siteName}/${account}`;
    const kept = this.#entitlements.get(key);
    if (kept !== undefined && Date.now() - kept.at < ENTITLEMENTS_FRESH_MS) {
      return kept.value;
    }
    try {
      const value = await askEntitlements(site, account);
      this.#entitlements.set(key, { at: Date.now(), value });
      return value;
    } catch (error) {
      if (kept !== undefined) {
        return kept.value;
      }
      throw error;
    }
  }

  /** One question at a time per site, however many forms are open. */
  #refresh(site: Site, askAs: string): Promise<void> {
    let asking = this.#asking.get(site.name);
    if (asking === undefined) {
      asking = this.#ask(site, askAs).finally(() => this.#asking.delete(site.name));
      this.#asking.set(site.name, asking);
    }
    return asking;
  }

  async #ask(site: Site, askAs: string): Promise<void> {
    const loginNode = site.config.loginNode ? [describeLoginNode(site.config.loginNode)] : [];
    try {
      const slurm = site.slurmAs(site.config.serviceAccount ?? askAs);
      const [partitions, nodes] = site.hasSlurm ? await Promise.all([slurm.partitions(), slurm.nodes()]) : [[], []];
      this.#known.set(site.name, {
        site: site.name,
        nodeTypes: [...describePartitions(partitions, nodes), ...loginNode],
        askedAt: new Date(),
      });
    } catch (error) {
      const last = this.#known.get(site.name);
      this.#known.set(site.name, {
        site: site.name,
        nodeTypes: last?.nodeTypes ?? [],
        ...(last?.askedAt === undefined ? {} : { askedAt: last.askedAt }),
        problem: sayWhy(error),
        problemHop: findHop(error),
      });
    }
  }
}

/** A cluster without an accounting database has no projects and no QOS, and asks for none. */
async function askEntitlements(site: Site, account: string): Promise<Entitlements> {
  const slurm = site.slurmAs(account);
  try {
    const [associations, qos] = await Promise.all([slurm.associations(account), slurm.qos()]);
    const allowed = new Set(associations.flatMap((association) => association.qos));
    return {
      account,
      projects: [...new Set(associations.map((association) => association.account))],
      qos: qos.filter(({ name }) => allowed.has(name)).map(describeQos),
    };
  } catch (error) {
    if (error instanceof SlurmError && error.code === 'no-accounting') {
      return { account, projects: [], qos: [] };
    }
    throw error;
  }
}

function describeQos({ name, maxWallMinutes }: Qos): QosChoice {
  return maxWallMinutes === undefined ? { name } : { name, maxMinutes: maxWallMinutes };
}
