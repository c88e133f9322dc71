import path from 'node:path';
import type { Page } from 'playwright-core';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Takes pictures of one person's pages into a folder. */
export class Camera {
  constructor(
    private readonly page: Page,
    private readonly url: string,
    private readonly folder: string,
  ) {}

  /** Where a path of the hub is. */
  address(hubPath: string): string {
    return new URL(hubPath, this.url).href;
  }

  /**
   * Opens a page and takes it whole, wide and light, then as a phone in the dark sees it.
   * @param isComplete a selector of what the page fills in last
   */
  async take(name: string, hubPath: string, isComplete = 'main'): Promise<void> {
    for (const [suffix, viewport, colorScheme] of [
      ['', WIDE, 'light'],
      ['-phone', PHONE, 'dark'],
    ] as const) {
      await this.page.setViewportSize(viewport);
      await this.page.emulateMedia({ colorScheme });
      await this.page.goto(this.address(hubPath));
      await this.page.locator(isComplete).first().waitFor();
      await this.page.screenshot({ path: this.#file(name + suffix), fullPage: true });
    }
    await this.page.setViewportSize(WIDE);
    await this.page.emulateMedia({ colorScheme: 'light' });
  }

  /** Takes what the window shows at this moment, as it is. */
  async takeNow(name: string): Promise<void> {
    await this.page.screenshot({ path: this.#file(name) });
  }

  #file(name: string): string {
    return path.join(this.folder, `${name}.png`);
  }
}
