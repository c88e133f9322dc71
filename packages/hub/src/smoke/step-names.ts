/** One step of a smoke test. */
export interface Step<Name extends string = StepName> {
  readonly name: Name;
  /** What is so when it has passed, for the documentation. */
  readonly passed: string;
  /** How long it may take, in seconds, where nobody says otherwise. */
  readonly limitSeconds: number;
}

/** The steps that are made once, before anything is started. */
export const FIRST_STEPS = [
  { name: 'reach-hub', passed: 'The hub answers at its address.', limitSeconds: 15 },
  { name: 'sign-in', passed: 'The token counts and is good for what is needed.', limitSeconds: 15 },
  { name: 'reach-site', passed: 'The hub reaches the site by SSH, now and not an hour ago.', limitSeconds: 90 },
  { name: 'ask-scheduler', passed: 'The site’s scheduler has said what there is to test.', limitSeconds: 90 },
] as const satisfies readonly Step<string>[];

/** The steps of each server that is started. */
export const CASE_STEPS = [
  { name: 'start', passed: 'The hub took the request.', limitSeconds: 60 },
  { name: 'submit', passed: 'The scheduler took the job.', limitSeconds: 120 },
  { name: 'queue', passed: 'The job runs.', limitSeconds: 900 },
  { name: 'boot', passed: 'The program runs on its node and has announced itself.', limitSeconds: 300 },
  { name: 'open', passed: 'It answers through the public proxy, to whoever has a pass of the gate.', limitSeconds: 60 },
  { name: 'kernel', passed: 'A kernel runs and speaks through its WebSocket.', limitSeconds: 120 },
  { name: 'run-code', passed: 'The kernel ran code, and the output is right.', limitSeconds: 60 },
  { name: 'stop', passed: 'The server has ended because it was stopped.', limitSeconds: 120 },
  { name: 'clean', passed: 'Nothing is left: no server, no route, no folder on the site.', limitSeconds: 30 },
] as const satisfies readonly Step<string>[];

/** All steps, in their order. */
export const STEPS = [...FIRST_STEPS, ...CASE_STEPS] as const;

export type StepName = (typeof STEPS)[number]['name'];

/** How long each step may take, in seconds. */
export type StepLimits = Readonly<Record<StepName, number>>;

/** The limits that hold where nobody says otherwise. */
export const DEFAULT_LIMITS = Object.fromEntries(
  STEPS.map(({ name, limitSeconds }) => [name, limitSeconds]),
) as unknown as StepLimits;

/** Where a step stands in the order. */
export function orderOf(name: StepName): number {
  return STEPS.findIndex((step) => step.name === name);
}
