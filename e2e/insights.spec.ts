import type { Page } from '@playwright/test';
import { loadAxe, violationsOf, wcag } from './axe.ts';
import { openClipboard } from './clipboard.ts';
import { expect, newSession, say, test as base } from './fixtures.ts';

const test = base.extend<{ alone: Page }>({
  /** The window of a SPARK of its own that has no server: neither NATS nor PostgreSQL. */
  alone: async ({ environment, openSpark }, use) => {
    const {
      SLATE_DB_HOST: _database,
      SLATE_DB_REPLICA_HOST: _replica,
      NATS_URL: _nats,
      ...rest
    } = environment.sandbox.env;
    const page = await openSpark(rest);
    await newSession(page);
    await use(page);
  },
});

async function writeScript(page: Page, name: string): Promise<void> {
  await say(page, `Create a script called ${name} that opens when the player comes near`);
  const approval = page.getByTestId('approval-card');
  await expect(approval).toBeVisible();
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText(`${name}.cs generated`).first()).toBeVisible();
}

/** A number on top, by its name. */
const tile = (page: Page, name: string) =>
  page.locator('dl > div').filter({ has: page.locator('dt', { hasText: name }) });
const chartOf = (page: Page, name: string) => page.getByRole('slider', { name: `${name}, day by day` });

/** The figures of the opened session; read again until its call has arrived where they are read from. */
async function openOfSession(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Insights' }).click();
  const scope = page.getByRole('combobox', { name: 'Whose figures' });
  const ofSession = await scope.locator('option', { hasText: 'Session:' }).textContent();
  await scope.selectOption({ label: ofSession ?? '' });
  await expect(async () => {
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect(tile(page, 'Calls')).toContainText('1', { timeout: 1_000 });
    await expect(page.getByRole('rowheader', { name: 'usage' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

test('figures come from the replica, by pointer and key, as a table and as a copy', async ({ window }) => {
  await writeScript(window, 'InsightsDoor');
  await openOfSession(window);
  await expect(window.getByText('From the replica')).toBeVisible();
  await expect(window.getByText('a day is a UTC day')).toBeVisible();
  await expect(tile(window, 'Success')).toContainText('100 %');
  await expect(window.getByRole('row', { name: /generateUnityScript/ })).toContainText('100 %');

  const calls = chartOf(window, 'Calls');
  await calls.focus();
  await expect(calls).toHaveAttribute('aria-valuetext', /, 1, succeeded 1, failed 0/);
  await calls.press('Home');
  await expect(calls).toHaveAttribute('aria-valuenow', '1');
  await expect(calls).toHaveAttribute('aria-valuetext', /, 0, succeeded 0/);
  await calls.press('End');
  await expect(calls).toHaveAttribute('aria-valuenow', '30');
  await calls.blur();

  // The newest day is the bar at the right end.
  const box = await calls.locator('.u-over').boundingBox();
  if (box === null) throw new Error('The chart was not drawn.');
  await window.mouse.move(box.x + box.width - 6, box.y + box.height / 2);
  await expect(calls).toHaveAttribute('aria-valuenow', '30');
  await window.mouse.move(0, 0);

  await window.getByRole('button', { name: 'Calls: show the table' }).click();
  await expect(window.getByRole('region', { name: 'Calls, table' }).getByRole('row')).toHaveCount(2);

  const clipboard = await openClipboard(window);
  await window.getByRole('button', { name: 'Copy as CSV' }).click();
  await expect(window.getByRole('status').filter({ hasText: 'Copied as CSV' })).toBeAttached();
  const copied = await clipboard.read();
  expect(copied).toContain('functions,,generateUnityScript,succeeded,1');

  await window.getByText('7 days', { exact: true }).click();
  await expect(window.getByText('than the week before').first()).toBeAttached();
});

test('without any server the journal of this machine tells them', async ({ alone: page }) => {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Insights' }).click();
  await expect(page.getByText('no database is configured')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the chat' }).click();
  await writeScript(page, 'InsightsGate');
  await openOfSession(page);
  await expect(page.getByText('no database is configured')).toBeVisible();
  await expect(tile(page, 'Success')).toContainText('100 %');
  await expect(page.getByRole('row', { name: /generateUnityScript/ })).toContainText('100 %');
  await loadAxe(page);
  expect(await violationsOf(page, wcag)).toEqual([]);
});
