import type { Browser, Page } from '@playwright/test';
import { z } from 'zod';
import { expect, openState as open, test } from './galleryTest.ts';

/** Far more than usual: what is out of sight is not in the page, so that nothing freezes. Rows are counted, not time. */
const lines = (page: Page) => page.locator('.cm-line, .cm-deletedLine');

test('of a script of 1 MB only the lines around those in sight are in the page, however much of it changes', async ({
  page,
  gallery,
}) => {
  for (const state of ['approvalMegabyte', 'approvalRewritten', 'approvalDeleteLarge']) {
    await open(page, gallery.urlOf(state, 'dark'));
    await expect(page.getByTestId('approval-card').locator('.cm-content').first()).toBeVisible();
    expect(await lines(page).count(), state).toBeGreaterThan(5);
    expect(await lines(page).count(), state).toBeLessThan(600);
  }
});

test('of a tree of 4,000 objects only those around the ones in sight are in the page, down to the last', async ({
  page,
  gallery,
}) => {
  await open(page, gallery.urlOf('assetTreeLarge', 'dark', '&panel'));
  const tree = page.getByRole('tree', { name: 'Objects' });
  const rows = tree.getByRole('treeitem');
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBeLessThan(100);
  await tree.focus();
  await page.keyboard.press('End');
  const last = rows.filter({ hasText: 'House 98' }).last();
  await expect(last).toHaveAttribute('aria-selected', 'true');
  await expect(last).toBeInViewport();
  expect(await rows.count()).toBeLessThan(100);
});

test('a frame of 3840 × 2160 is decoded beside the page, its timeline is of small pictures, and it can be zoomed', async ({
  page,
  browser,
  gallery,
}) => {
  const decoders = await decodersWhile(browser, page, async () => {
    await open(page, gallery.urlOf('preview4k', 'dark', '&panel'));
    const picture = page.getByTestId('preview-frame');
    await expect(picture).toBeVisible();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(3_840);
    await picture.evaluate((image: HTMLImageElement) => image.decode());
    const thumbnails = page.getByRole('list', { name: 'Timeline of frames' }).locator('img');
    await expect(thumbnails).toHaveCount(3);
    await expect
      .poll(() => thumbnails.evaluateAll((all: HTMLImageElement[]) => all.map((image) => image.naturalWidth)))
      .toEqual([192, 192, 192]);
    await page.getByRole('group', { name: /^Picture/ }).hover();
    await page.mouse.wheel(0, -240);
    await expect(page.getByText('200 %')).toBeVisible();
  });
  expect(decoders).not.toEqual([]);
  expect(decoders).not.toContain('CrRendererMain');
});

const traceSchema = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      args: z.looseObject({ name: z.string().optional() }).optional(),
    }),
  ),
});

/** Names of the threads that decoded pictures meanwhile, as the browser's own trace has them. */
async function decodersWhile(browser: Browser, page: Page, act: () => Promise<void>): Promise<string[]> {
  await browser.startTracing(page, {
    categories: ['__metadata', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  await act();
  const { traceEvents } = traceSchema.parse(JSON.parse((await browser.stopTracing()).toString()));
  const placeOf = ({ pid, tid }: { readonly pid: number; readonly tid: number }): string => `${pid}/${tid}`;
  const threads = new Map(
    traceEvents.filter(({ name }) => name === 'thread_name').map((event) => [placeOf(event), event.args?.name ?? '']),
  );
  return traceEvents
    .filter(({ name }) => name === 'Decode Image')
    .map((event) => threads.get(placeOf(event)) ?? placeOf(event));
}
