import { buildAnswerHeaders } from '../headers/answer-headers.js';
import { holdsWord, type RawHeaders } from '../headers/raw-headers.js';
import { ProxyError } from '../proxy-error.js';
import type { Lender } from '../reading/read-buffers.js';
import type { Route, RouteConnection } from '../routes/route.js';
import type { AnswerHead } from '../upstream/answer-head.js';
import type { TargetSocket } from '../upstream/target-socket.js';
import type { UpstreamExchange, UpstreamHandler } from '../upstream/upstream.js';
import type { Admission } from './admission.js';
import type { ClientUpgrade } from './client-upgrade.js';
import type { ForwardOptions } from './forward-http.js';
import { isSignOfLife } from './is-sign-of-life.js';
import { AnswerRelay } from './relay-answer.js';
import { writeTargetHead } from './rewriting.js';
import { splice } from './splice.js';

interface WebSocketOptions extends ForwardOptions {
  /** How long the target may take to accept or refuse. */
  upgradeMs: number;
  /** How long one side may take to close after the other one has. */
  lingerMs: number;
}

/**
 * Sends an admitted WebSocket handshake on and, once the target has accepted it, joins the two sockets. A refusal of
 * the target is passed on like any other answer; then the connection ends. Like `forwardHttp` it ends with the client,
 * with the target, or with the route.
 */
export function forwardWebSocket(admission: Admission, upgrade: ClientUpgrade, options: WebSocketOptions): void {
  new Handshake(admission, upgrade, options).start();
}

/** Until the target has decided. */
class Handshake implements UpstreamHandler, RouteConnection {
  place = -1;
  readonly #admission: Admission;
  readonly #upgrade: ClientUpgrade;
  readonly #options: WebSocketOptions;
  #exchange: UpstreamExchange | undefined;
  #timer: NodeJS.Timeout | undefined;
  #relay: AnswerRelay | undefined;

  constructor(admission: Admission, upgrade: ClientUpgrade, options: WebSocketOptions) {
    this.#admission = admission;
    this.#upgrade = upgrade;
    this.#options = options;
  }

  get grant(): RouteConnection['grant'] {
    return this.#admission.grant;
  }

  start(): void {
    const { route } = this.#admission;
    const { request, carrier } = this.#upgrade;
    // Before anything is under way: it throws when the path cannot go on.
    const head = writeTargetHead(this.#admission, request, this.#options, true);
    this.#timer = setTimeout(() => {
      this.#exchange?.abort();
      this.onError(new ProxyError('target-away', 'The server did not answer in time.'));
    }, this.#options.upgradeMs);
    route.track(this);
    carrier.socket.once('close', this.#leave);
    const upgraded = {
      method: 'GET',
      head,
      body: undefined,
      chunked: false,
      repeatable: true,
      upgrade: true,
    };
    this.#exchange = route.upstream.send(upgraded, this);
  }

  readonly #leave = (): void => {
    clearTimeout(this.#timer);
    this.#admission.route.untrack(this);
    this.#exchange?.abort();
  };

  cut(): void {
    this.#upgrade.carrier.socket.destroy();
  }

  onUpgrade(answer: AnswerHead, target: TargetSocket, rest: Buffer): void {
    clearTimeout(this.#timer);
    const { carrier, head } = this.#upgrade;
    const { socket } = carrier;
    const fault = this.#findFault(answer);
    if (fault !== undefined) {
      target.socket.destroy();
      this.onError(new ProxyError('bad-answer', fault));
      return;
    }
    this.#options.metrics.countAnswer(answer.status);
    const { route, grant } = this.#admission;
    socket.off('close', this.#leave);
    route.untrack(this);
    this.#upgrade.accept(this.#buildHeaders(answer));
    if (rest.length > 0) socket.write(rest);
    if (head.length > 0) target.socket.write(head);
    const connection = new OpenWebSocket(route, grant, () => {
      socket.destroy();
      target.socket.destroy();
    });
    socket.once('close', () => route.untrack(connection));
    const onData = (bytes: Buffer, from: 'client' | 'target'): void => {
      route.traffic[from === 'client' ? 'bytesIn' : 'bytesOut'] += bytes.length;
      if (!isSignOfLife(bytes)) route.touch();
    };
    splice(carrier, target, { onData: this.#upgrade.count(onData), lingerMs: this.#options.lingerMs });
  }

  onAnswer(answer: AnswerHead, whole: string | undefined, bodyFollows: boolean): void {
    clearTimeout(this.#timer);
    this.#options.metrics.countAnswer(answer.status);
    this.#relay = new AnswerRelay(this.#upgrade.openResponse(), this.#admission, this.#options.rewriting);
    this.#relay.begin(answer, whole, bodyFollows);
  }

  onBody(bytes: Buffer, lender: Lender): void {
    if (this.#exchange !== undefined) this.#relay?.write(bytes, lender, this.#exchange);
  }

  onEnd(rawTrailers: RawHeaders): void {
    this.#relay?.end(rawTrailers);
  }

  onBreak(): void {
    this.#relay?.breakOff();
  }

  onError(error: ProxyError): void {
    clearTimeout(this.#timer);
    const { route } = this.#admission;
    this.#options.log.warn({ route: route.path.key, code: error.code, cause: error.causeMessage }, error.message);
    this.#options.metrics.countAnswer(error.status);
    this.#upgrade.fail(error);
  }

  /** Hints and 100 mean nothing to a handshake without a body. */
  onInformation(): void {}

  onProgress(): void {}

  #findFault(answer: AnswerHead): string | undefined {
    if (!holdsWord(answer.upgrade, 'websocket')) return 'The server switched to a protocol that is not WebSocket.';
    if (!this.#upgrade.isAcceptedBy(answer)) return 'The server answered another WebSocket handshake than this one.';
    return undefined;
  }

  #buildHeaders(answer: AnswerHead): RawHeaders {
    const { route, path } = this.#admission;
    return buildAnswerHeaders(answer, {
      gated: route.gate !== undefined,
      routePrefix: route.path.prefix,
      pathname: path.pathname,
    });
  }
}

/** A WebSocket that is open. It holds nothing of its handshake, for there may be many, for days. */
class OpenWebSocket implements RouteConnection {
  place = -1;
  readonly grant: RouteConnection['grant'];
  readonly cut: () => void;

  constructor(route: Route, grant: RouteConnection['grant'], cut: () => void) {
    this.grant = grant;
    this.cut = cut;
    route.touch();
    route.traffic.webSockets += 1;
    route.track(this);
  }
}
