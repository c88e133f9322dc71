import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for an answer no longer than a person waits for a page. The question goes on, so that its answer serves the
 * next one who asks.
 *
 * @returns the answer, or `late` when it has not come in time
 * @throws what the question throws in time; later errors are dropped, for nobody waits for them any more
 */
export async function askWithin<Answer>(question: Promise<Answer>, timeMs: number): Promise<Answer | 'late'> {
  const timer = new AbortController();
  question.catch(() => undefined);
  try {
    return await Promise.race([question, delay(timeMs, 'late' as const, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
