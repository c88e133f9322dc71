import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTool } from '../../packages/hub/test/pages/examples.js';
import { type PageHub, startPageHub } from '../../packages/hub/test/pages/start-page-hub.js';
import { launchBrowser } from './browser.js';
import { findEnglish } from './find-english.js';
import { findFaults } from './find-faults.js';
import { type Front, openFront } from './front.js';
import { signIn } from './person.js';

const BENCH = '/hub/admin/templates/tool';

/** A body with a value between quotes, which is refused. */
const IN_QUOTES = 'echo "{{user.name}}"\n';

/** How the pages are looked at. */
const LOOKS = [
  { width: 1400, colorScheme: 'light', language: 'en' },
  { width: 390, colorScheme: 'dark', language: 'de' },
] as const;

/** The workbench as an administrator's browser has it, in front of a fake cluster. */
describe('The workbench in a browser', () => {
  let front: Front;
  let room: PageHub;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    front = await openFront(() => room.hub.socketPath);
    room = await startPageHub({
      url: front.url,
      templates: { 'tool.sbatch.hbs': makeTool('Tool'), 'jupyter.sbatch.hbs': makeTool('Jupyter', IN_QUOTES) },
    });
    browser = await launchBrowser();
    context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
    const page = await context.newPage();
    await signIn(page, front.url, 'ada', 'password of alice');
    await page.close();
  });

  afterAll(async () => {
    await browser?.close();
    front?.close();
    await room?.close();
  });

  async function open(path = BENCH): Promise<Page> {
    const page = await context.newPage();
    await page.goto(front.url + path);
    return page;
  }

  const sourceOf = (page: Page) => page.getByRole('textbox', { name: 'Source' });
  const hasFocus = (field: Locator) => field.evaluate((element) => element === document.activeElement);
  const cursorIn = (field: Locator) => field.evaluate((element) => (element as HTMLTextAreaElement).selectionStart);

  /** Leaves the page although something was typed. */
  async function leave(page: Page): Promise<void> {
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto('about:blank');
    await page.close();
  }

  test('What is wrong is told while one types, at its line, and a click puts the cursor there', async () => {
    const page = await open();
    const source = sourceOf(page);
    await source.focus();
    await page.keyboard.press('ControlOrMeta+End');
    await page.keyboard.type(IN_QUOTES.trim());
    const place = page.getByRole('link', { name: 'tool.sbatch.hbs:10:7' });
    await place.waitFor();
    expect(await page.locator('#source-10').getAttribute('class')).toBe('is-bad');
    expect(await page.getByText('This is the script from before the mistake.').isVisible()).toBe(true);
    expect(await page.getByRole('group', { name: 'Job script' }).innerText()).toContain("echo 'hello'");
    expect(await source.inputValue()).toBe(`${makeTool('Tool')}${IN_QUOTES.trim()}`);
    expect(await hasFocus(source)).toBe(true);

    await page.getByLabel('Why').focus();
    await place.press('Enter');
    expect(await hasFocus(source)).toBe(true);
    expect(await cursorIn(source)).toBe(makeTool('Tool').length + 6);

    await source.fill(`${makeTool('Tool')}echo mended\n`);
    await page.getByText('No mistakes.').waitFor();
    expect(await page.getByRole('group', { name: 'Job script' }).innerText()).toContain('echo mended');
    expect(await page.getByText('This is the script from before the mistake.').isVisible()).toBe(false);
    await leave(page);
  });

  test('The keyboard gets into the text and out of it, and a letter typed elsewhere keeps its place', async () => {
    const page = await open();
    const source = sourceOf(page);
    await source.focus();
    await page.keyboard.press('Tab');
    expect(await hasFocus(source)).toBe(false);
    await page.keyboard.press('Shift+Tab');
    expect(await hasFocus(source)).toBe(true);
    expect(await source.inputValue()).toBe(makeTool('Tool'));

    const word = page.getByLabel('Word');
    await word.fill('');
    await word.pressSequentially("it's");
    await page.getByText("echo 'it'\\''s'").waitFor();
    expect(await hasFocus(page.getByLabel('Word'))).toBe(true);
    expect(await page.getByLabel('Word').inputValue()).toBe("it's");
    await page.close();
  });

  test('A hub that is away for a moment takes nothing of what was typed, and the page says that it was not checked', async () => {
    const page = await open();
    await page.route('**/findings', (route) => route.abort());
    await sourceOf(page).fill(makeTool('Typed'));
    await page.getByText('This could not be checked while you typed.').waitFor();
    expect(await sourceOf(page).inputValue()).toBe(makeTool('Typed'));
    await page.unroute('**/findings');
    await sourceOf(page).press('End');
    await page.keyboard.type('\n');
    await page.getByText('No mistakes.').waitFor();
    await page.getByText('This could not be checked while you typed.').waitFor({ state: 'hidden' });
    await leave(page);
  });

  test('Leaving with a text that is nowhere else is asked about, also after a check', async () => {
    const page = await open();
    await sourceOf(page).fill(makeTool('Unsaved'));
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('title: Unsaved').last().waitFor();
    const asked = page.waitForEvent('dialog');
    await page.getByLabel('Why').click();
    const gone = page.getByRole('link', { name: 'Templates' }).first().click();
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.accept();
    await gone;
    await page.close();
  });

  test('Without JavaScript one sees the mistake at its line, mends it, tests it, puts it in use and goes back', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const page = await plain.newPage();
    await signIn(page, front.url, 'ada', 'password of alice');
    await page.goto(front.url + BENCH);
    await sourceOf(page).fill(makeTool('Plain', IN_QUOTES));
    await page.getByRole('button', { name: 'Put in use' }).click();
    await page.getByText('It was not put in use, because of these mistakes').waitFor();
    await page.getByRole('link', { name: 'tool.sbatch.hbs:10:7' }).click();
    expect(new URL(page.url()).hash).toBe('#source-10');
    await sourceOf(page).fill(makeTool('Plain'));
    await page.getByRole('button', { name: 'Test on the cluster' }).click();
    await page.getByText('would take this job of ada1').waitFor();
    await page.getByLabel('Why').fill('without JavaScript');
    await page.getByRole('button', { name: 'Put in use' }).click();
    await page.getByText('is in use now.').waitFor();
    expect(room.desk.templates.all().get('tool')?.title.en).toBe('Plain');
    await page.getByRole('button', { name: 'Go back to the file' }).click();
    await page.getByText('The file tool.sbatch.hbs is in use.').waitFor();
    expect(room.desk.templates.all().get('tool')?.title.en).toBe('Tool');
    await plain.close();
  });

  describe('on every page of the templates', () => {
    let version: string;

    beforeAll(async () => {
      const { desk } = room;
      version = desk.templates.all().get('tool')?.version ?? '';
      const source = makeTool('Chosen').replace('default: hello', 'default: moin');
      const seen = desk.find('tool').use?.number ?? 0;
      await desk.putInUse({ name: 'tool', by: 'ada', seen, note: 'a friendlier word', source });
    });

    test.each([
      ['/hub/admin/templates', ''],
      [`${BENCH}?from=file`, ''],
      [BENCH, `${makeTool('Wrong', IN_QUOTES)}echo ${'long'.repeat(60)}\n`],
      [`${BENCH}/versions/VERSION`, ''],
    ])(
      'axe-core finds no fault, light and dark, German and English, on a screen and a phone: %s',
      async (path, typed) => {
        for (const look of LOOKS) {
          const page = await context.newPage();
          await page.setViewportSize({ width: look.width, height: 900 });
          await page.emulateMedia({ colorScheme: look.colorScheme });
          await page.setExtraHTTPHeaders({ 'accept-language': look.language });
          await page.goto(front.url + path.replace('VERSION', version));
          if (typed !== '') {
            await page.locator('#source').fill(typed);
            await page.locator('#source-10.is-bad').waitFor();
          }
          expect([look, await findFaults(page)]).toEqual([look, []]);
          expect(look.language === 'de' ? await findEnglish(page) : []).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
          await leave(page);
        }
      },
    );
  });
});
