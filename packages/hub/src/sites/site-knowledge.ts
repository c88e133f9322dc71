import { ConnectorError } from '@juhub/connector';
import type { Qos } from '@juhub/slurm';
import { sayWhy } from '../say-why.js';
import { askCatalogue, askQos, type CatalogueAnswer } from './ask-catalogue.js';
import { askEntitlements } from './ask-entitlements.js';
import { findHop } from './find-hop.js';
import { type KeepTimes, KeptAnswer } from './kept-answer.js';
import type { Catalogue, Entitlements } from './node-type.js';
import type { Site } from './site.js';

const MINUTE_MS = 60_000;

/** What is free changes all the time and is kept fresh while somebody looks; what one may charge changes by the week. */
const TIMES = {
  catalogue: { freshMs: 30_000, retryMs: 10_000, warmMs: 5 * MINUTE_MS },
  entitlements: { freshMs: 5 * MINUTE_MS, retryMs: 10_000, warmMs: 0 },
  qos: { freshMs: 5 * MINUTE_MS, retryMs: 10_000, warmMs: 0 },
} as const satisfies Record<string, KeepTimes>;

/** People whose entitlements are kept; those who have not looked for the longest time are forgotten first. */
const MOST_PEOPLE = 5_000;

/** All that is known of one site, each answer asked for once however many people want it. */
export class SiteKnowledge {
  readonly #catalogue: KeptAnswer<CatalogueAnswer>;
  readonly #qos: KeptAnswer<readonly Qos[]>;
  readonly #entitlements = new Map<string, KeptAnswer<Entitlements>>();
  /** The account of whoever looked last. */
  #looker = '';
  /** Accounts that the site did not let in since it last answered: they are not tried at once again. */
  readonly #refused = new Set<string>();

  constructor(
    private readonly site: Site,
    /** Whether the hub has rules for groups of its own, beside those of the site. */
    private readonly hubNeedsGroups: () => boolean,
  ) {
    this.#qos = new KeptAnswer(() => askQos(site, this.#findAsker()), TIMES.qos);
    this.#catalogue = new KeptAnswer(() => this.#askCatalogue(), TIMES.catalogue);
  }

  /** What the site offers; see Catalogues.get. */
  async catalogue(askAs: string): Promise<Catalogue> {
    this.#looker = askAs;
    if (isAccountsOwn(this.#catalogue.known.failure) && !this.#refused.has(this.#findAsker())) {
      this.#qos.forgiveFailure();
      this.#catalogue.forgiveFailure();
    }
    const { answer, askedAt, failure } = await this.#catalogue.look();
    return {
      site: this.site.name,
      nodeTypes: answer?.nodeTypes ?? [],
      reservations: answer?.reservations ?? [],
      askedAt,
      ...(failure === undefined ? {} : { problem: sayWhy(failure), problemHop: findHop(failure) }),
    };
  }

  /** What a user may charge and use; see Catalogues.entitlements. */
  async entitlements(userName: string): Promise<Entitlements> {
    const account = this.site.accountOf(userName);
    const { answer, askedAt, failure } = await this.#findEntitlements(account).look();
    if (answer === undefined) {
      throw failure;
    }
    return { ...answer, askedAt, ...(failure === undefined ? {} : { problem: sayWhy(failure) }) };
  }

  /** Asks no more. */
  close(): void {
    for (const kept of [this.#catalogue, this.#qos, ...this.#entitlements.values()]) {
      kept.close();
    }
  }

  #findAsker(): string {
    return this.site.config.serviceAccount ?? this.#looker;
  }

  async #askCatalogue(): Promise<CatalogueAnswer> {
    const asker = this.#findAsker();
    try {
      const answer = await askCatalogue(this.site, asker, () => this.#askQos());
      this.#refused.clear();
      return answer;
    } catch (error) {
      if (isAccountsOwn(error)) {
        this.#refused.add(asker);
      }
      throw error;
    }
  }

  async #askQos(): Promise<readonly Qos[]> {
    const { answer, failure } = await this.#qos.look();
    if (answer === undefined) {
      throw failure;
    }
    return answer;
  }

  #findEntitlements(account: string): KeptAnswer<Entitlements> {
    // A rule for groups may come while the hub runs: what was asked without them does not do any more.
    const key = this.hubNeedsGroups() ? `${account} with groups` : account;
    const known = this.#entitlements.get(key);
    const kept = known ?? new KeptAnswer(() => this.#askEntitlements(account), TIMES.entitlements);
    // The newest are last.
    this.#entitlements.delete(key);
    this.#entitlements.set(key, kept);
    const [oldest] = this.#entitlements.keys();
    if (this.#entitlements.size > MOST_PEOPLE && oldest !== undefined) {
      this.#entitlements.delete(oldest);
    }
    return kept;
  }

  async #askEntitlements(account: string): Promise<Entitlements> {
    // Whether groups matter is known from the catalogue, which the same form asks for.
    const { nodeTypes, reservations } = await this.catalogue(account);
    const rules = [...nodeTypes, ...reservations];
    const needsGroups = this.hubNeedsGroups() || rules.some(({ groups }) => groups !== undefined);
    return askEntitlements(this.site, account, { askQos: () => this.#askQos(), needsGroups });
  }
}

/** A failure of the account that asked, which says nothing of the site. */
function isAccountsOwn(failure: unknown): boolean {
  return failure instanceof ConnectorError && failure.code === 'sign-in-refused';
}
