import { expect, test as base, type Page } from '@playwright/test';
import { startGallery, type Gallery } from './gallery.ts';

/** Tests of the window's states alone: the gallery is built and served once, and no server is started. */
export const test = base.extend<object, { gallery: Gallery }>({
  gallery: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const gallery = await startGallery();
      await use(gallery);
      await gallery.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

export { expect };

/** Opens a state and waits until all of it is there. */
export async function openState(page: Page, url: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(url);
  await whole(page);
}

/**
 * Shows a state in the page that `openState` has opened: mounted from nothing in the size that the page has now, but the
 * program is not loaded again, which is most of the time that an opening takes.
 */
export async function showState(page: Page, url: string): Promise<void> {
  await page.evaluate(`window.gallery.show(${JSON.stringify(new URL(url).search)})`);
  await whole(page);
}

/** Gives the shown state another theme, as the settings do, and waits until it is drawn. */
export async function setTheme(page: Page, theme: 'dark' | 'light'): Promise<void> {
  await page.evaluate(`window.gallery.setTheme(${JSON.stringify(theme)})`);
  await page.locator(`html[data-theme="${theme}"]`).waitFor();
  // Charts are drawn again after the colours changed.
  await drawn(page);
}

/** Waits until what follows from a change of the page is drawn: two frames. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(undefined)))),
  );
}

async function whole(page: Page): Promise<void> {
  await page.locator('html[data-ready]').waitFor();
  await expect(page.locator('[data-diff]:not(:has(.cm-content)):not(:has(pre))')).toHaveCount(0);
}
