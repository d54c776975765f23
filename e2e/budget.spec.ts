import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, say, test } from './fixtures.ts';

/** Through the palette, as a person who knows no other way. */
async function openSettings(page: Page): Promise<void> {
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox').fill('settings');
  await page.keyboard.press('Enter');
  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('budget');
  await expect(page.getByRole('heading', { name: 'Budgets and limits' })).toBeVisible();
}
async function setSessionBudget(page: Page, dollars: string): Promise<void> {
  await openSettings(page);
  const settings = page.getByRole('region', { name: 'Settings' });
  await settings.getByLabel('Each session').fill(dollars);
  await settings.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(settings.getByText('Saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the chat' }).click();
  await expect(settings).toBeHidden();
}

test('a spent budget stops before the next answer, and one click goes on', async ({ window, environment }) => {
  const path = 'Assets/Scripts/PlayerController.cs';
  await rm(join(environment.projectDir, path), { force: true });
  // Any answer costs more than this, so the first is the last.
  await setSessionBudget(window, '0.0001');
  try {
    await say(window, 'Create a player controller');
    await window.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
    await expect(window.getByText('PlayerController.cs generated').first()).toBeVisible();

    const stopped = window.getByRole('status').filter({ hasText: 'Stopped. The budget is spent' });
    await expect(stopped).toContainText('of $0.0001 for this session. Everything said and done so far is kept.');
    const cost = window.getByTestId('cost');
    await expect(cost).toHaveAccessibleName(/^Cost today \$0\.\d{2,4} · budget spent$/);
    await cost.click();
    const popover = window.getByRole('dialog', { name: 'What it costs' });
    await expect(popover.getByTestId('budget-session')).toHaveAttribute('data-state', 'reached');
    await expect(popover.getByRole('table', { name: /^Tokens of gpt-realtime/ })).toContainText(/Text\s*[\d,]+/);
    await window.keyboard.press('Escape');

    const answers = window.getByRole('article', { name: 'SPARK' });
    const before = await answers.count();
    await stopped.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(() => answers.count()).toBeGreaterThan(before);
    await expect(cost).toHaveAccessibleName(/budget spent/);
    await cost.click();
    await expect(popover.getByTestId('budget-session')).toContainText('you allowed beyond the budget');
    await window.keyboard.press('Escape');
  } finally {
    await setSessionBudget(window, '');
  }
  await expect(window.getByTestId('cost')).toHaveAccessibleName(/^Cost today \$0\.\d{2,4}$/);
});

test('a budget is checked as it is typed, and a price of your own is yours until you forget it', async ({ window }) => {
  await openSettings(window);
  const settings = window.getByRole('region', { name: 'Settings' });
  await settings.getByLabel('Each turn').fill('a lot');
  await expect(settings.getByRole('alert')).toHaveText('Dollars, such as 0.50, or nothing for no limit.');
  await expect(settings.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await settings.getByLabel('Each turn').fill('');

  await window.getByRole('searchbox', { name: 'Search the settings' }).fill('price');
  await settings.getByRole('button', { name: 'Add a model' }).click();
  const form = settings.getByRole('form', { name: 'Price of a new model' });
  await form.getByLabel('Model').fill('house-model');
  await form.getByLabel('Text in').fill('1.25');
  await form.getByLabel('Text cached').fill('0');
  await form.getByLabel('Text out').fill('2');
  await form.getByRole('button', { name: 'Save the price' }).click();
  const row = settings.getByRole('row', { name: /house-model/ });
  await expect(row).toContainText('1.25');
  await expect(row).toContainText('yours');
  await row.getByRole('button', { name: 'Forget your price of house-model' }).click();
  await expect(row).toHaveCount(0);
});
