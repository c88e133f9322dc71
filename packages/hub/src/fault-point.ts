/** What the hub does to and for a server, in the order of a life; each can be broken off before it and after it. */
export const FAULT_STEPS = [
  'save-requested',
  'save-attempt',
  'write-folder',
  'submit',
  'save-submitted',
  'save-status',
  'open-tunnel',
  'add-route',
  'save-ready',
  'save-stopping',
  'close-way',
  'cancel',
  'read-traces',
  'save-reason',
  'remove-folder',
  'save-ended',
] as const;

export type FaultStep = (typeof FAULT_STEPS)[number];

/** A place where a test may have the hub die. */
export type FaultPoint = `${'before' | 'after'}-${FaultStep}`;

/**
 * Where a test puts its switch. Nothing that is shipped sets it, neither a setting nor the environment can: it takes code
 * that is loaded into the process before the hub (test/faults/fault-switch.mjs).
 */
const SWITCH = Symbol.for('juhub.fault-switch');

/** Does one step of a server's life, between its two fault points. */
export async function doStep<T>(step: FaultStep, act: () => Promise<T>): Promise<T> {
  const reach = (globalThis as { [SWITCH]?: (point: FaultPoint) => Promise<void> })[SWITCH];
  if (reach === undefined) {
    return act();
  }
  await reach(`before-${step}`);
  const done = await act();
  await reach(`after-${step}`);
  return done;
}
