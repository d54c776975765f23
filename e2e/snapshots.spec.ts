import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { findBrowser } from './browser.ts';
import { expect, openState, setTheme, showState, test } from './galleryTest.ts';

/*
 * How chosen states look, in both themes at three sizes, against the pictures in snapshots/. Pixels are a browser's own:
 * they are compared in the pinned one only, with the fonts of this folder and a clock that stands. Anywhere else each test
 * is reported as skipped, with the reason.
 */
const pinned = '@sparticuz/chromium';
const { name: browserName } = await findBrowser();

const sizes = [
  { width: 400, height: 700 },
  { width: 1000, height: 640 },
  { width: 1600, height: 800 },
] as const;

const pixels = { maxDiffPixels: 20, animations: 'disabled' } as const;

/** State, what to add to its address, and what must be seen before its picture is taken. */
const states: readonly (readonly [state: string, more?: string, seen?: string])[] = [
  ['done'],
  ['budgetSpent'],
  ['hostileText'],
  ['insights', '', '.u-over'],
  ['insightsEmpty'],
  ['undoConflict', '&panel'],
  ['unityServerAway'],
  ['approvalChange'],
  ['builds', '&panel', 'canvas'],
  ['console', '&panel', '[data-testid="console-list"]'],
  ['assetTree', '&panel', '[role="tree"]'],
  ['history', '', '[data-testid="history-hit"]'],
  ['settingsAppearance', '', 'fieldset'],
  ['setupFirst'],
  ['voiceReady'],
];

test.use({ timezoneId: 'UTC', locale: 'en-US', deviceScaleFactor: 1 });
test.skip(browserName !== pinned, `Pictures are compared in ${pinned} only; this run has ${browserName}.`);

/** The fonts of this folder in place of the system's; the clock of the samples. */
async function standStill(page: Page): Promise<void> {
  await page.clock.setFixedTime(new Date('2026-11-23T12:00:00.000Z'));
  await page.route('**/e2e-fonts/*', (route) =>
    route.fulfill({ path: join(import.meta.dirname, 'fonts', route.request().url().split('/').at(-1) ?? '') }),
  );
  await page.addInitScript(() => {
    const load = (family: string, file: string, weight: string): void => {
      const face = new FontFace(family, `url('/e2e-fonts/${file}')`, { weight });
      document.fonts.add(face);
    };
    load('e2e ui', 'OpenSans-Regular.ttf', '400');
    load('e2e ui', 'OpenSans-Bold.ttf', '600');
    load('e2e code', 'DejaVuSansMono.ttf', '400 600');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      html { --font-ui: 'e2e ui', 'e2e code' !important; --font-code: 'e2e code' !important; }
      * { caret-color: transparent !important; scrollbar-width: none !important; }`);
    document.adoptedStyleSheets.push(sheet);
  });
  // The window starts when its fonts are there: what it measures and draws is final.
  await page.route('**/assets/gallery-*.js', async (route) => {
    await page.evaluate(() => Promise.all([...document.fonts].map((face) => face.load())).then(() => undefined));
    await route.continue();
  });
}

/** So many in one test: the program is loaded once for all of them. */
const together = 5;

for (let first = 0; first < states.length; first += together) {
  const group = states.slice(first, first + together);

  test(`${group.map(([state]) => state).join(', ')} look as they did`, async ({ page, gallery }) => {
    await standStill(page);
    await openState(page, gallery.urlOf('empty', 'dark'));
    for (const [state, more = '', seen = 'main'] of group) {
      for (const size of sizes) {
        await page.setViewportSize(size);
        await showState(page, gallery.urlOf(state, 'dark', more));
        await page.locator(seen).first().waitFor();
        await expect(page.getByText('Opening…')).toHaveCount(0);
        await expect.soft(page).toHaveScreenshot(`${state}-${size.width}-dark.png`, pixels);
        await setTheme(page, 'light');
        await expect.soft(page).toHaveScreenshot(`${state}-${size.width}-light.png`, pixels);
      }
    }
  });
}

test('a state that is shown where a dialog was open looks as after a load', async ({ page, gallery }) => {
  await standStill(page);
  await page.setViewportSize(sizes[0]);
  await openState(page, gallery.urlOf('settingsErase', 'dark'));
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.setViewportSize(sizes[1]);
  await showState(page, gallery.urlOf('approvalChange', 'light'));
  await expect(page).toHaveScreenshot('approvalChange-1000-light.png', pixels);
});
