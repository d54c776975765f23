import type { Page } from '@playwright/test';
import { violationsOf, wcag } from './axe.ts';
import { openClipboard } from './clipboard.ts';
import { expect, newSession, say, test as base } from './fixtures.ts';
import { holdRequests } from './heldRequest.ts';

/** A SPARK of the test's own, without a model: what is saved opens it again, which must cut nobody else's work. */
const test = base.extend<{ own: Page }>({
  own: async ({ environment, openSpark }, use) => {
    const page = await openSpark({
      UNITY_MCP_URL: environment.sandbox.env['UNITY_MCP_URL'] ?? '',
      UNITY_MCP_TOKEN: 'sk-hunter2',
    });
    await newSession(page);
    await use(page);
  },
});

async function openPart(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+,');
  await page
    .getByRole('navigation', { name: 'Parts of the settings' })
    .getByRole('button', { name, exact: true })
    .click();
}

test('a variable says where it is from, is checked as it is typed, and is used at once', async ({ own: page }) => {
  await openPart(page, 'Unity');
  const url = page.getByTestId('config-UNITY_MCP_URL');
  await expect(url).toContainText('environment');
  await expect(url.getByRole('textbox')).toHaveCount(0);
  await expect(page.getByTestId('config-UNITY_MCP_TOKEN')).toContainText('set');
  expect(await page.content()).not.toContain('hunter2');

  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('primary host name');
  const host = page.getByTestId('config-SLATE_DB_HOST');
  await expect(host).toContainText('default');
  await expect(page.getByTestId('config-SLATE_DB_USER')).toHaveCount(0);
  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('');
  await openPart(page, 'PostgreSQL');
  const port = page.getByTestId('config-SLATE_DB_PORT');
  await port.getByRole('textbox').fill('70000');
  await expect(port.getByRole('alert')).toHaveText('This value must be a whole number from 1 to 65535.');
  await expect(page.getByRole('button', { name: 'Save and use' })).toBeDisabled();
  await port.getByRole('textbox').fill('9');
  await host.getByRole('textbox').fill('127.0.0.1');
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect(page.getByText('Saved and in use.')).toBeVisible();
  await expect(host).toContainText('set here');
  await expect(page.getByTestId('status-primary')).toHaveAttribute('data-status', 'down');
  expect(await violationsOf(page, wcag)).toEqual([]);

  await page.reload();
  await openPart(page, 'PostgreSQL');
  await host.getByRole('button', { name: 'Take SLATE_DB_HOST back' }).click();
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect(page.getByTestId('status-primary')).toHaveAttribute('data-status', 'off');
});

test('a budget, a price and a prompt that are half typed are there again after another part was open', async ({
  own: page,
}) => {
  await openPart(page, 'Budgets and limits');
  const turn = page.getByRole('textbox', { name: 'Each turn' });
  await turn.fill('2.5');
  await openPart(page, 'Prices');
  await page.getByRole('button', { name: 'Add a model' }).click();
  const model = page.getByRole('form', { name: 'Price of a new model' }).getByRole('textbox', { name: 'Model' });
  await model.fill('another-model');
  await openPart(page, 'Saved prompts');
  await page.getByRole('button', { name: 'Add a prompt' }).click();
  const prompt = page.getByRole('form', { name: 'New prompt' }).getByRole('textbox', { name: 'Text' });
  await prompt.fill('Review the');

  await openPart(page, 'Budgets and limits');
  await expect(turn).toHaveValue('2.5');
  await expect(page.getByText('Not saved yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await openPart(page, 'Prices');
  await expect(model).toHaveValue('another-model');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await openPart(page, 'Saved prompts');
  await expect(prompt).toHaveValue('Review the');
  await openPart(page, 'Prices');
  await expect(model).toHaveCount(0);
});

test('a variable that is typed on while its save is on its way stays typed, and is not said to be saved', async ({
  own: page,
}) => {
  const saves = await holdRequests(page, 'config.update');
  await openPart(page, 'PostgreSQL');
  const user = page.getByTestId('config-SLATE_DB_USER');
  await user.getByRole('textbox').fill('spark');
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect.poll(saves.held).toBe(1);
  await user.getByRole('textbox').fill('spark_app');
  await saves.release();
  await expect(page.getByText('Opening with the new values…')).toBeHidden();
  await expect(user.getByRole('textbox')).toHaveValue('spark_app');
  await expect(user).toContainText('not saved');
  await expect(page.getByText('Saved and in use.')).toHaveCount(0);
  await page.getByRole('button', { name: 'Save and use' }).click();
  await expect(page.getByText('Saved and in use.')).toBeVisible();
  await expect(user).toContainText('set here');
  await expect(user.getByRole('textbox')).toHaveValue('spark_app');
});

test('a report that is copied from the palette says so', async ({ own: page }) => {
  const clipboard = await openClipboard(page);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('dialog', { name: 'Commands' }).getByRole('combobox').fill('copy a report');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Report copied')).toBeVisible();
  expect(await clipboard.read()).toContain('SPARK');
});

test('a shortcut is changed by pressing it, and one in conflict is refused', async ({ own: page }) => {
  await openPart(page, 'Shortcuts');
  const change = page.getByRole('button', { name: 'Change the keys of New session' });
  await change.click();
  await page.keyboard.press('ControlOrMeta+b');
  await expect(page.getByRole('alert')).toContainText('Show or hide sessions');
  await page.keyboard.press('ControlOrMeta+Shift+y');
  await expect(page.getByRole('row', { name: /^New session/ })).toContainText('Ctrl Shift Y');
  await page.getByRole('button', { name: 'Back to the chat' }).click();

  await say(page, 'first');
  await page.keyboard.press('ControlOrMeta+j');
  await expect(page.getByText('first').first()).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Shift+y');
  await expect(page.getByRole('heading', { name: 'What should change in this project?' })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('option', { name: /New session/ }).first()).toContainText('Ctrl Shift Y');
});

test('erasing asks once, takes unsent events only when told, and begins afresh', async ({ own: page }) => {
  await say(page, 'remember me');
  await expect(page.getByText('remember me').first()).toBeVisible();
  await openPart(page, 'Data');
  await expect(page.getByText(/Not sent yet/)).toBeVisible();
  await page.getByRole('button', { name: 'Erase…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Erase all data of SPARK on this machine?' });
  await expect(dialog).toContainText('stays on those servers');
  const erase = dialog.getByRole('button', { name: 'Erase everything' });
  await expect(erase).toBeDisabled();
  await dialog.getByRole('checkbox').check();
  await erase.click();
  await expect(dialog).toBeHidden();
  await expect(page.getByTestId('composer')).toBeVisible();
  await expect(page.getByText('remember me')).toHaveCount(0);
});
