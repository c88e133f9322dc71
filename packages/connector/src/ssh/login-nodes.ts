import { ConnectorError } from '../connector-error.js';
import type { ConnectorLogger } from '../connector-logger.js';
import { justDo } from './check-steps.js';
import { openLink } from './open-link.js';
import type { SshHop, SshWay } from './ssh-hop.js';
import type { SshLink } from './ssh-link.js';

/** The login nodes of a site: the last one that worked is tried first, then the others in their order. */
export class LoginNodes {
  readonly #way: SshWay;
  readonly #log: ConnectorLogger;
  #first = 0;

  constructor(way: SshWay, log: ConnectorLogger) {
    this.#way = way;
    this.#log = log;
  }

  /** The one that is tried first. */
  get first(): SshHop | undefined {
    return this.#way.hosts[this.#first];
  }

  /**
   * Connects to the first that answers. A refusal (wrong key, wrong host key) ends the round: sites block whoever tries
   * his luck at every door; the next round begins at the next node.
   * @throws ConnectorError of the refusal, or `unreachable` with what each node said
   */
  async connect(signal: AbortSignal): Promise<SshLink> {
    const failures: ConnectorError[] = [];
    const { hosts } = this.#way;
    for (let tries = 0; tries < hosts.length; tries += 1) {
      const hop = hosts[this.#first];
      if (!hop) break;
      try {
        return await openLink(this.#way, hop, signal, justDo);
      } catch (error) {
        signal.throwIfAborted();
        const failure = ConnectorError.from(error);
        if (failure.code !== 'host-key') this.#first = (this.#first + 1) % hosts.length;
        if (!failure.transient) throw failure;
        failures.push(failure);
        this.#log.info({ site: this.#way.site, host: hop.host, error: failure.message }, 'login node cannot be used');
      }
    }
    const reasons = failures.map(({ message }) => message).join(' ');
    throw new ConnectorError('unreachable', `No login node of ${this.#way.site} can be used. ${reasons}`, {
      cause: failures.at(-1),
    });
  }
}
