import type { Locator, Page } from 'playwright-core';

const READY_WITHIN_MS = 60_000;

/** A notebook in JupyterLab, as a person uses it: cells are typed and run, outputs are read. */
export class Lab {
  constructor(private readonly page: Page) {}

  /** Opens a new Python notebook from the launcher and waits for its kernel. */
  async openNotebook(): Promise<void> {
    // JupyterLab reopens what was open last time; a person who wants a fresh start asks for a reset.
    await this.page.goto(`${this.page.url().replace(/\/lab.*/, '/lab')}?reset`);
    const card = this.page.locator('.jp-LauncherCard[data-category="Notebook"]').first();
    await card.waitFor({ timeout: READY_WITHIN_MS });
    await card.click();
    await this.#cell(0).waitFor({ timeout: READY_WITHIN_MS });
    // The status bar knows of a kernel only once it has answered; before that a cell that is run is lost.
    await this.page
      .getByText(/\| Idle$/)
      .first()
      .waitFor({ timeout: READY_WITHIN_MS });
  }

  /** Types code into the last cell, runs it, and gives its output when it is there. */
  async run(code: string): Promise<Locator> {
    const output = this.#cell(await this.runQuietly(code))
      .locator('.jp-OutputArea-output')
      .first();
    await output.waitFor({ timeout: READY_WITHIN_MS });
    return output;
  }

  /** The same without waiting for output. @returns which cell it was */
  async runQuietly(code: string): Promise<number> {
    const cells = this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell');
    const index = (await cells.count()) - 1;
    // Behind another window Chromium takes clicks seconds late, and keys perhaps never.
    await this.page.bringToFront();
    await this.#cell(index).locator('.cm-content').click();
    await this.page.keyboard.insertText(code);
    await this.page.keyboard.press('Shift+Enter');
    return index;
  }

  #cell(index: number): Locator {
    return this.page.locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell').nth(index);
  }
}
