import { readMessage } from '../connector-error.js';
import type { CheckStep } from '../transport/transport.js';

/** Does one step of signing in, and may write down how it went. */
export type DoStep = <T>(step: CheckStep['step'], hop: string, success: string, act: () => Promise<T>) => Promise<T>;

/** Just does it. */
export const justDo: DoStep = (_step, _hop, _success, act) => act();

/** Does it and adds how it went to `steps`. */
export function recordSteps(steps: CheckStep[]): DoStep {
  return async (step, hop, success, act) => {
    const startedAt = performance.now();
    const add = (ok: boolean, detail: string) =>
      steps.push({ step, hop, ok, tookMs: Math.round(performance.now() - startedAt), detail });
    try {
      const value = await act();
      add(true, success);
      return value;
    } catch (error) {
      add(false, readMessage(error));
      throw error;
    }
  };
}
