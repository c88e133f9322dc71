import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { readJson } from './read-json.js';
import { SmokeFailure } from './smoke-error.js';

/** Messages of a kernel as Jupyter writes them (https://jupyter-client.readthedocs.io/en/stable/messaging.html). */
const messageShape = z.looseObject({
  header: z.looseObject({ msg_type: z.string() }),
  parent_header: z.looseObject({ msg_id: z.string().optional() }).nullish(),
  content: z.looseObject({}),
});

type Message = z.infer<typeof messageShape>;

const infoShape = z.looseObject({ language_info: z.looseObject({ name: z.string(), version: z.string().optional() }) });
const statusShape = z.looseObject({ execution_state: z.string() });
const streamShape = z.looseObject({ text: z.string() });
const dataShape = z.looseObject({ data: z.looseObject({ 'text/plain': z.string() }) });
const errorShape = z.looseObject({ ename: z.string(), evalue: z.string() });

const MOST_BYTES = 8 * 1024 * 1024;

/** A kernel that is spoken with through its WebSocket. */
export class Kernel {
  #closeCode = '';

  private constructor(
    private readonly socket: WebSocket,
    private readonly session: string,
    private readonly signal: AbortSignal,
  ) {
    // After every error the socket is closed, and that is listened to; an error that nobody hears would end the process.
    socket.on('error', () => {});
    socket.once('close', (code) => {
      this.#closeCode = ` (code ${code})`;
    });
  }

  /** Opens the WebSocket of a kernel. @throws SmokeFailure when it is not opened; the reason of the signal */
  static async connect(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Kernel> {
    const address = new URL(url);
    address.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const session = randomUUID();
    address.searchParams.set('session_id', session);
    const socket = new WebSocket(address, { headers: { ...headers }, origin: url.origin, maxPayload: MOST_BYTES });
    try {
      await once(socket, 'open', { signal });
    } catch (error) {
      // Ended while it is being opened, it says so as an error.
      socket.on('error', () => {}).terminate();
      signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      throw new SmokeFailure(`The kernel’s WebSocket cannot be opened through the proxy: ${why}.`, { cause: error });
    }
    return new Kernel(socket, session, signal);
  }

  /** Asks the kernel what it is. @returns its language, such as `python 3.13` */
  async describe(): Promise<string> {
    for await (const { type, content } of this.#request('kernel_info_request', {})) {
      const info = type === 'kernel_info_reply' ? infoShape.safeParse(content) : undefined;
      if (info?.success) {
        const { name, version = '' } = info.data.language_info;
        return `${name} ${version}`.trim();
      }
    }
    throw new SmokeFailure('The kernel does not say what it is.');
  }

  /** Runs code. @returns all that it printed and gave back @throws SmokeFailure with the kernel's own words when it failed */
  async run(code: string): Promise<string> {
    const content = { code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false };
    let output = '';
    let hasReply = false;
    let isIdle = false;
    for await (const message of this.#request('execute_request', { ...content, stop_on_error: true })) {
      output += readOutput(message);
      hasReply ||= message.type === 'execute_reply';
      isIdle ||= message.type === 'status' && statusShape.safeParse(message.content).data?.execution_state === 'idle';
      // Reply and output come on channels of their own, in no certain order.
      if (hasReply && isIdle) {
        break;
      }
    }
    return output;
  }

  close(): void {
    this.socket.terminate();
  }

  /** Sends a request, and gives what is said in answer to it. @throws SmokeFailure when the WebSocket is closed */
  async *#request(type: string, content: object): AsyncGenerator<{ type: string; content: Message['content'] }, void> {
    const { signal, socket } = this;
    const id = this.#send(type, content);
    const messages = on(socket, 'message', { signal, close: ['close'] });
    try {
      for await (const [data, isBinary] of messages) {
        const message = isBinary ? undefined : messageShape.safeParse(readJson(String(data))).data;
        if (message !== undefined) {
          refuseDead(message);
          if (message.parent_header?.msg_id === id) {
            yield { type: message.header.msg_type, content: message.content };
          }
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
    throw new SmokeFailure(`The kernel’s WebSocket was closed${this.#closeCode} before it answered.`);
  }

  /** @returns the id of the message @throws SmokeFailure when the WebSocket is closed already */
  #send(type: string, content: object): string {
    if (this.socket.readyState !== WebSocket.OPEN) {
      throw new SmokeFailure(`The kernel’s WebSocket was closed${this.#closeCode}.`);
    }
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: 'juhub-smoke',
      date: new Date().toISOString(),
      version: '5.3',
    };
    this.socket.send(
      JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content, buffers: [] }),
    );
    return header.msg_id;
  }
}

function refuseDead({ header, content }: Message): void {
  const state = header.msg_type === 'status' ? statusShape.safeParse(content).data?.execution_state : undefined;
  if (state === 'dead' || state === 'restarting') {
    throw new SmokeFailure('The kernel died.');
  }
}

/** @throws SmokeFailure for an error */
function readOutput({ type, content }: { type: string; content: Message['content'] }): string {
  if (type === 'error') {
    const { ename = 'error', evalue = '' } = errorShape.safeParse(content).data ?? {};
    throw new SmokeFailure(`The code failed in the kernel: ${stripVTControlCharacters(`${ename}: ${evalue}`)}`);
  }
  if (type === 'stream') {
    return streamShape.safeParse(content).data?.text ?? '';
  }
  return type === 'execute_result' || type === 'display_data'
    ? (dataShape.safeParse(content).data?.data['text/plain'] ?? '')
    : '';
}
