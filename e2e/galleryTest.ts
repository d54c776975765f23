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
  await page.locator('html[data-ready]').waitFor();
  await expect(page.locator('[data-diff]:not(:has(.cm-content)):not(:has(pre))')).toHaveCount(0);
}
