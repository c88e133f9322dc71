import type { KeyObject } from 'node:crypto';
import type { ClientRequest } from '../client-exchange.js';
import type { RequestHead } from '../headers/request-head.js';
import { ProxyError } from '../proxy-error.js';
import type { GateGrant } from '../routes/route.js';
import type { GateRule } from '../routes/route-body.js';
import { checkOrigin } from './check-origin.js';
import { readCookies } from './cookies.js';
import { type GatePayload, verifyGateToken } from './gate-token.js';

interface GateOptions {
  publicKey: KeyObject;
  /** Scheme, host and port that browsers see. */
  publicOrigin: string;
}

/** Nothing, a grant, or the knowledge that a valid token is for somebody or something else. */
type Judgement = GateGrant | 'foreign' | undefined;

/** Tokens that are remembered as well signed, at most 2 KB each. */
const mostVerified = 1000;

/**
 * Decides who may pass to a server, by nothing but the request, the route's rule and a public key.
 *
 * A token comes in `Authorization: token T` or `Bearer T` (programs), or in the cookie `juhub-gate-<server>` (browsers).
 * Where several come each is judged by itself and one good one is enough: an attacker who adds a second cookie of the
 * same name can neither get in by it nor lock the owner out.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #verified = new Map<string, GatePayload>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /**
   * Who is let in. Throws `sign-in-needed` (no valid token: none, expired, forged, session taken back), `not-yours` (a
   * valid token for another server or user) or `other-origin` (see `checkOrigin`; only for cookies, which browsers send
   * along on behalf of any page).
   */
  admit(request: ClientRequest, head: RequestHead, rule: GateRule, kind: 'request' | 'upgrade'): GateGrant {
    const fromHeader = this.#judgeAll(head.authorization.flatMap(readAuthorization), rule);
    if (typeof fromHeader === 'object') return fromHeader;
    const fromCookie = this.#judgeAll(readCookies(head.cookie, `juhub-gate-${rule.server}`), rule);
    if (typeof fromCookie === 'object') {
      checkOrigin(request, kind, this.#options.publicOrigin);
      return fromCookie;
    }
    if (fromHeader === 'foreign' || fromCookie === 'foreign') {
      throw new ProxyError('not-yours', 'This server belongs to somebody else; you are not allowed to use it.');
    }
    throw new ProxyError('sign-in-needed', 'You are not signed in, or your session has ended: please sign in.');
  }

  #judgeAll(tokens: readonly string[], rule: GateRule): Judgement {
    const judgements = tokens.map((token) => this.#judge(token, rule));
    return judgements.find((judgement) => typeof judgement === 'object') ?? judgements.find(Boolean);
  }

  #judge(token: string, rule: GateRule): Judgement {
    const payload = this.#readToken(token, Date.now() / 1000);
    if (payload === undefined) return undefined;
    const { server, user, session } = payload;
    if (rule.revokedSessions?.includes(session)) return undefined;
    return server === rule.server && user === rule.user ? { server, user, session } : 'foreign';
  }

  /** A page of JupyterLab is a hundred requests with one token: its signature is checked once, its end every time. */
  #readToken(token: string, nowSeconds: number): GatePayload | undefined {
    const known = this.#verified.get(token);
    if (known !== undefined) return known.exp > nowSeconds ? known : undefined;
    const reading = verifyGateToken(token, this.#options.publicKey, nowSeconds);
    if (!('payload' in reading)) return undefined;
    if (this.#verified.size >= mostVerified) this.#verified.clear();
    this.#verified.set(token, reading.payload);
    return reading.payload;
  }
}

/** RFC 9110, 11.6.2: the scheme's case does not count. */
function readAuthorization(header: string): string[] {
  const token = /^(?:token|bearer) +(\S+)$/i.exec(header.trim())?.[1];
  return token === undefined ? [] : [token];
}
