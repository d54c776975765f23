import type { Page } from '@playwright/test';
import { expect, openState as open, test } from './galleryTest.ts';

/** A conversation of 10,000 messages and calls, and one that means no good; without any program behind them. */
const sessionId = '0198c0de-0000-7000-8000-000000000001';
const streamedId = 'm20000';
const newMessage = (text: string) => ({
  messageId: streamedId,
  sessionId,
  role: 'assistant' as const,
  text,
  status: 'streaming' as const,
  error: null,
  position: 20_000,
  createdAt: '2026-11-23T12:00:00.000Z',
});
const push = (page: Page, text: string) =>
  page.evaluate(`window.gallery.push('message.changed', ${JSON.stringify({ message: newMessage(text) })})`);

test('of ten thousand entries a few are in the page, and the way to any of them is short', async ({
  page,
  gallery,
}) => {
  await open(page, gallery.urlOf('longSession', 'dark'));
  const log = page.getByRole('log', { name: 'Conversation' });
  await expect(log.getByText('Jump number 3333 is higher now.')).toBeVisible();
  expect(await log.locator('[data-index]').count()).toBeLessThan(60);

  await log.getByText('Jump number 3333 is higher now.').hover();
  await page.mouse.wheel(0, -30_000);
  await expect(page.getByRole('button', { name: 'new', exact: true })).toBeVisible();
  await expect(log.getByText('Jump number 3333 is higher now.')).toHaveCount(0);
  expect(await log.locator('[data-index]').count()).toBeLessThan(60);
  // What is scrolled to is no news.
  await expect(log).toHaveAttribute('aria-live', 'off');

  await page.getByRole('button', { name: 'new', exact: true }).click();
  await expect(log.getByText('Jump number 3333 is higher now.')).toBeInViewport();
  await expect(log).toHaveAttribute('aria-live', 'polite');
});

test('the end is followed while an answer streams; scrolled up, nothing moves', async ({ page, gallery }) => {
  await open(page, gallery.urlOf('longSession', 'dark'));
  const lines = (count: number): string => Array.from({ length: count }, (_, n) => `Line ${n}.`).join('\n\n');
  await push(page, lines(1));
  await expect(page.getByText('Line 0.')).toBeInViewport();
  await push(page, lines(60));
  await expect(page.getByText('Line 59.')).toBeInViewport();
  await expect(page.getByRole('button', { name: 'new', exact: true })).toHaveCount(0);

  await page.getByText('Line 50.').hover();
  await page.mouse.wheel(0, -400);
  await expect(page.getByRole('button', { name: 'new', exact: true })).toBeVisible();
  const seen = page.getByText('Line 40.');
  await expect(seen).toBeInViewport();
  const topOf = () => seen.evaluate((line) => line.getBoundingClientRect().top);
  // The wheel's own movement ends first.
  let before = Number.NaN;
  await expect
    .poll(async () => {
      const last = before;
      before = await topOf();
      return before === last;
    })
    .toBe(true);
  await push(page, lines(200));
  await expect(page.getByRole('log')).toHaveAttribute('aria-live', 'off');
  await expect
    .poll(() => page.getByTestId('transcript').evaluate((box) => box.scrollHeight - box.scrollTop))
    .toBeGreaterThan(4_000);
  expect(await topOf()).toBe(before);
});

test('a message is found by its id, marked, and holds the focus', async ({ page, gallery }) => {
  await open(page, gallery.urlOf('longSessionFound', 'dark'));
  const found = page.locator('[data-index][aria-current="location"]');
  await expect(found).toContainText('Make jump number 1000 a little higher');
  await expect(found).toBeInViewport();
  await expect(found).toBeFocused();
});

test('a card that was opened is open when it is scrolled back to', async ({ page, gallery }) => {
  await open(page, gallery.urlOf('longSession', 'dark'));
  const card = page.getByRole('button', { name: /set jumpHeight to 3333/ });
  await card.click();
  await expect(card).toHaveAttribute('aria-expanded', 'true');
  await page.getByTestId('composer').focus();
  await card.hover();
  await page.mouse.wheel(0, -30_000);
  await expect(card).toHaveCount(0);
  await page.getByRole('button', { name: 'new', exact: true }).click();
  await expect(card).toHaveAttribute('aria-expanded', 'true');
});

test('hostile text runs nothing, loads nothing, and hides nothing from who approves it', async ({ page, gallery }) => {
  const url = gallery.urlOf('hostileText', 'dark');
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(url).origin && protocol !== 'data:' && protocol !== 'blob:') elsewhere.push(request.url());
  });
  await open(page, url);
  const card = page.getByTestId('approval-card');
  await expect(card.locator('.cm-specialChar')).toHaveCount(4);
  await expect(card.getByText('Checks [U+202E]the[U+202C] rights. red')).toBeVisible();

  await page.getByTestId('transcript').evaluate((box) => (box.scrollTop = 0));
  const log = page.getByRole('log');
  await expect(log.getByText('[image not loaded: look]')).toBeVisible();
  await expect(log.getByRole('article').locator('script, iframe, img, a[href]')).toHaveCount(0);
  await expect(log.getByText('<script>window.hostile = true</script>')).toBeVisible();
  expect(await page.evaluate('window.hostile')).toBeUndefined();
  expect(elsewhere).toEqual([]);
});
