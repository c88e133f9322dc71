import { PassThrough } from 'node:stream';
import type { PageContext } from './hub-context.js';
import { type ProgressSource, streamProgress } from './stream-progress.js';

/** Answers with the events of a server's progress. @param onClose called once, when the answer is over */
export function sendProgress(ctx: PageContext, source: ProgressSource, onClose: () => void): void {
  const stream = new PassThrough().once('close', onClose);
  streamProgress(stream, source);
  // Whatever became of the answer, even when nobody read it (HEAD): with the request the stream is over.
  ctx.res.once('close', () => stream.destroy());
  ctx.type = 'text/event-stream';
  ctx.set('X-Accel-Buffering', 'no');
  ctx.body = stream;
}
