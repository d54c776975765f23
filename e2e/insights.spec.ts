import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startHost, urlOf } from '../services/sandbox/demo/environment.ts';
import { makeLifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { loadAxe, violationsOf, wcag } from './axe.ts';
import { expect, newSession, say, test as base } from './fixtures.ts';

const logger = makeLogger({ name: 'e2e-insights', level: 'error' });

const test = base.extend<{ alone: string }>({
  /** The window's address of a host of its own that has no server: neither NATS nor PostgreSQL. */
  alone: async ({ environment }, use) => {
    const { stack, env } = environment.sandbox;
    const dir = await mkdtemp(join(stack.stateDir, 'alone-'));
    const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
    lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
    const { SLATE_DB_HOST: _database, SLATE_DB_REPLICA_HOST: _replica, NATS_URL: _nats, ...rest } = env;
    try {
      const host = await startHost({ ...rest, SPARK_WEB_PORT: '0', SPARK_DATA_DIR: dir }, stack, lifecycle);
      await use(urlOf(host));
    } finally {
      await lifecycle.shutdown('end of the test');
    }
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

test('figures come from the replica, by pointer and key, as a table and as a copy', async ({ window, context }) => {
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

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await window.getByRole('button', { name: 'Copy as CSV' }).click();
  await expect(window.getByRole('status').filter({ hasText: 'Copied as CSV' })).toBeAttached();
  const copied = await window.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('functions,,generateUnityScript,succeeded,1');

  await window.getByText('7 days', { exact: true }).click();
  await expect(window.getByText('than the week before').first()).toBeAttached();
});

test('without any server the journal of this machine tells them', async ({ page, alone }) => {
  await page.goto(alone);
  await newSession(page);
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
