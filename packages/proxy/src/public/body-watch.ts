import type { ClientAnswer, ClientRequest } from '../client-exchange.js';
import { ProxyError } from '../proxy-error.js';
import { breakOff } from '../reply/break-off.js';
import { replyError } from '../reply/reply.js';
import type { Sweeper, Swept } from '../upstream/sweeper.js';

/** So much of a body must come in each stretch of time: a byte now and then would be progress for ever. */
const leastBytes = 1024;
/** In one stretch; so that a target that did not read for a part of it is noticed. */
const looks = 4;

/**
 * Watches the body of a request as long as it comes, and cuts off who sends it too slowly on purpose (slowloris). Costs
 * a look at a counter now and then. A body that waits because the target does not read is nobody's fault.
 */
export class BodyWatch implements Swept {
  deadlineMs: number;
  readonly #request: ClientRequest;
  readonly #response: ClientAnswer;
  readonly #sweeper: Sweeper;
  readonly #lookMs: number;
  #idleLooks = 0;
  #bytesBefore: number;

  private constructor(request: ClientRequest, response: ClientAnswer, sweeper: Sweeper, withinMs: number) {
    this.#request = request;
    this.#response = response;
    this.#sweeper = sweeper;
    this.#lookMs = withinMs / looks;
    this.deadlineMs = sweeper.nowMs + this.#lookMs;
    this.#bytesBefore = request.socket.bytesRead;
  }

  /** Begins to watch; ends by itself with the request. */
  static begin(request: ClientRequest, response: ClientAnswer, sweeper: Sweeper, withinMs: number): void {
    const watch = new BodyWatch(request, response, sweeper, withinMs);
    sweeper.watch(watch);
    request.once('close', () => sweeper.forget(watch));
  }

  /** The time for the next look has come. */
  expire(): void {
    const { socket, complete } = this.#request;
    const waitsForTarget = this.#request.isPaused() && !this.#response.writableEnded;
    if (complete || waitsForTarget || socket.bytesRead - this.#bytesBefore >= leastBytes) {
      this.#idleLooks = 0;
      this.#bytesBefore = socket.bytesRead;
    } else this.#idleLooks += 1;
    if (this.#idleLooks >= looks) this.#cut();
    this.deadlineMs = this.#sweeper.nowMs + this.#lookMs;
  }

  #cut(): void {
    this.#sweeper.forget(this);
    const response = this.#response;
    if (response.writableEnded) this.#request.socket.destroy();
    else if (response.headersSent) breakOff(response);
    else {
      response.shouldKeepAlive = false; // the rest of the body may come for ever
      replyError(this.#request, response, new ProxyError('body-timed-out', 'The body of the request came too slowly.'));
    }
  }
}
