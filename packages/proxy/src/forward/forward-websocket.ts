import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buildAnswerHeaders } from '../headers/answer-headers.js';
import { eachHeader, holdsWord, readHeader } from '../headers/raw-headers.js';
import { buildRequestHeaders } from '../headers/request-headers.js';
import { ProxyError } from '../proxy-error.js';
import type { UpstreamAnswer, UpstreamEvents } from '../upstream/upstream.js';
import type { Admission } from './admission.js';
import type { ForwardOptions } from './forward-http.js';
import { relayAnswer } from './relay-answer.js';
import { splice } from './splice.js';
import type { UpgradeRequest } from './upgrade-request.js';

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
export function forwardWebSocket(admission: Admission, upgrade: UpgradeRequest, options: WebSocketOptions): void {
  new WebSocketForward(admission, upgrade, options).start();
}

class WebSocketForward {
  readonly #admission: Admission;
  readonly #upgrade: UpgradeRequest;
  readonly #options: WebSocketOptions;
  #target: Duplex | undefined;

  constructor(admission: Admission, upgrade: UpgradeRequest, options: WebSocketOptions) {
    this.#admission = admission;
    this.#upgrade = upgrade;
    this.#options = options;
  }

  start(): void {
    const { route, path, grant } = this.#admission;
    const { request, socket } = this.#upgrade;
    const headers = buildRequestHeaders(request, {
      gated: route.gate !== undefined,
      routeHeaders: route.requestHeaders,
      publicUrl: this.#options.publicUrl,
      upgrade: true,
    });
    const target = route.target.pathPrefix + path.pathname + path.search;
    const events = this.#createEvents(() => clearTimeout(timer));
    const exchange = route.upstream.send({ method: 'GET', path: target, headers, repeatable: true }, events);
    const timer = setTimeout(() => {
      exchange.abort();
      this.#fail(new ProxyError('target-away', 'The server did not answer in time.'));
    }, this.#options.upgradeMs);
    const untrack = route.track({ grant, cut: () => this.#cut() });
    socket.once('close', () => {
      clearTimeout(timer);
      untrack();
      exchange.abort();
    });
  }

  #createEvents(onDecision: () => void): UpstreamEvents {
    return {
      onAnswer: (answer) => {
        onDecision();
        this.#attempt(answer, () => relayAnswer(answer, this.#upgrade.openResponse(), this.#admission));
      },
      onUpgrade: (answer, target, head) => {
        onDecision();
        this.#target = target;
        this.#attempt(answer, () => this.#join(answer, target, head));
      },
      onError: (error) => {
        onDecision();
        this.#fail(error);
      },
      onInformation: () => {}, // hints and 100 mean nothing to a handshake without a body
      onProgress: () => {},
    };
  }

  #attempt(answer: UpstreamAnswer, act: () => void): void {
    try {
      act();
    } catch (error) {
      answer.body.destroy();
      this.#target?.destroy();
      this.#fail(ProxyError.from(error));
    }
  }

  #join(answer: UpstreamAnswer, target: Duplex, targetHead: Buffer): void {
    const { socket, head } = this.#upgrade;
    const { route } = this.#admission;
    if (!holdsWord(readHeader(answer.headers, 'upgrade'), 'websocket')) {
      throw new ProxyError('bad-answer', 'The server switched to a protocol that is not WebSocket.');
    }
    const answerHead = this.#formatHead(answer);
    (target as Socket).setTimeout?.(0); // the idle time of the pool that it came from does not apply any more
    socket.write(answerHead, 'latin1');
    socket.write(targetHead);
    target.write(head);
    route.touch();
    splice(socket, target, { onData: () => route.touch(), lingerMs: this.#options.lingerMs });
  }

  #formatHead({ status, headers }: UpstreamAnswer): string {
    const { route, path } = this.#admission;
    const kept = buildAnswerHeaders(headers, {
      status,
      gated: route.gate !== undefined,
      routePrefix: route.path.prefix,
      pathname: path.pathname,
    });
    const lines = [...eachHeader(kept)].map(([name, value]) => `${name}: ${value}\r\n`);
    return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${lines.join('')}\r\n`;
  }

  #fail(error: ProxyError): void {
    const { route } = this.#admission;
    this.#options.log.warn({ route: route.path.key, code: error.code, cause: error.causeMessage }, error.message);
    this.#upgrade.fail(error);
  }

  #cut(): void {
    this.#upgrade.socket.destroy();
    this.#target?.destroy();
  }
}
