import { connect, type Socket } from 'node:net';

const TRY_AGAIN_MS = 250;

/**
 * Notices at once that another process of ours has gone and come back: a connection to its socket is held open, says
 * nothing, and breaks when the process ends. A part may also let go of a silent connection of itself; then it only
 * looks as if it had come back, so `onBack` must be harmless.
 */
export class PartWatch {
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wasLost = false;
  #isClosed = false;

  /** @param onBack hears each time that the part takes connections again after one was lost or could not be made */
  constructor(
    private readonly socketPath: string,
    private readonly onBack: () => void,
  ) {}

  open(): void {
    const socket = connect(this.socketPath);
    this.#socket = socket;
    socket.once('connect', () => {
      if (this.#wasLost) {
        this.#wasLost = false;
        this.onBack();
      }
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => this.#lost());
    socket.resume(); // or nobody would see its end
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }

  #lost(): void {
    this.#wasLost = true;
    if (!this.#isClosed) {
      this.#timer = setTimeout(() => this.open(), TRY_AGAIN_MS);
    }
  }
}
