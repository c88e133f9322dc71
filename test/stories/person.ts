import type { Page } from 'playwright-core';

/** What a person fills into the form. */
export interface FormChoices {
  readonly nodeType: string;
  readonly gpus?: number;
  readonly minutes: number;
  readonly name?: string;
  readonly qos?: string;
}

/** Signs in through the page. */
export async function signIn(page: Page, url: string, name: string, password: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/hub/home');
}

/** Opens the form and presses Start once it is filled in. */
export async function startServer(page: Page, choices: FormChoices): Promise<void> {
  await openForm(page, choices.nodeType);
  await fillIn(page, choices);
}

const opensWithinMs = 60_000;

/** Opens the form. A node type that is closed for a while is waited for. */
export async function openForm(page: Page, nodeType: string): Promise<void> {
  for (const deadline = Date.now() + opensWithinMs; ; await page.waitForTimeout(500)) {
    await page.goto(new URL('/hub/start', page.url()).href);
    if (await page.getByRole('radio', { name: nodeType, exact: true }).isEnabled()) return;
    if (Date.now() > deadline) throw new Error(`the form does not offer ${nodeType}`);
  }
}

/** Fills in the open form and presses Start. */
export async function fillIn(page: Page, choices: FormChoices): Promise<void> {
  const nodeType = page.getByRole('radio', { name: choices.nodeType, exact: true });
  // By keyboard: whoever has no mouse chooses like this.
  await nodeType.focus();
  await page.keyboard.press('Space');
  if (!(await nodeType.isChecked())) throw new Error(`${choices.nodeType} cannot be chosen`);
  if (choices.gpus !== undefined) {
    await page.getByLabel('GPUs per node').fill(String(choices.gpus));
  }
  await page.getByLabel('hours').fill('0');
  await page.getByLabel('minutes', { exact: true }).fill(String(choices.minutes));
  if (choices.qos !== undefined) {
    await page.getByLabel('Quality of service').selectOption(choices.qos);
  }
  if (choices.name !== undefined) {
    await page.getByLabel('Name', { exact: true }).fill(choices.name);
  }
  await page.getByRole('button', { name: 'Start', exact: true }).click();
}

/** Waits on the progress page until it says that the server has ended. */
export async function waitUntilEnded(page: Page): Promise<void> {
  await page.locator('[data-state="ended"]').waitFor({ timeout: 60_000 });
}
