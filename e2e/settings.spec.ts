import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startHost, urlOf } from '../services/sandbox/demo/environment.ts';
import { makeLifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { violationsOf, wcag } from './axe.ts';
import { expect, newSession, say, test as base } from './fixtures.ts';

const logger = makeLogger({ name: 'e2e-settings', level: 'error' });

/** A host of the test's own, without a model: what is saved opens it again, which must cut nobody else's work. */
const test = base.extend<{ own: string }>({
  own: async ({ environment }, use) => {
    const { stack, env } = environment.sandbox;
    const dir = await mkdtemp(join(stack.stateDir, 'settings-'));
    const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
    lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
    const host = await startHost(
      {
        SPARK_WEB_PORT: '0',
        SPARK_DATA_DIR: join(dir, 'app'),
        UNITY_MCP_URL: env['UNITY_MCP_URL'] ?? '',
        UNITY_MCP_TOKEN: 'sk-hunter2',
      },
      stack,
      lifecycle,
    );
    try {
      await use(urlOf(host));
    } finally {
      await lifecycle.shutdown('end of the test');
    }
  },
});

async function openPart(page: Page, name: string): Promise<void> {
  await page.keyboard.press('ControlOrMeta+,');
  await page
    .getByRole('navigation', { name: 'Parts of the settings' })
    .getByRole('button', { name, exact: true })
    .click();
}

test('a variable says where it is from, is checked as it is typed, and is used at once', async ({ page, own }) => {
  await page.goto(own);
  await newSession(page);
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
  page,
  own,
}) => {
  await page.goto(own);
  await newSession(page);
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

test('a report that is copied from the palette says so', async ({ page, own }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(own);
  await newSession(page);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('dialog', { name: 'Commands' }).getByRole('combobox').fill('copy a report');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Report copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('SPARK');
});

test('a shortcut is changed by pressing it, and one in conflict is refused', async ({ page, own }) => {
  await page.goto(own);
  await newSession(page);
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

test('erasing asks once, takes unsent events only when told, and begins afresh', async ({ page, own }) => {
  await page.goto(own);
  await newSession(page);
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
