import type { Page } from '@playwright/test';
import { expect, newSession, say, test } from './fixtures.ts';

const composer = (page: Page) => page.getByTestId('composer');

async function openSettings(page: Page, part: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: 'Settings' }).click();
  await page
    .getByRole('navigation', { name: 'Parts of the settings' })
    .getByRole('button', { name: part, exact: true })
    .click();
}

test('rules of the project are told to the model, changed in one place, and taken back', async ({ window }) => {
  await openSettings(window, 'Project rules');
  const field = window.getByRole('textbox', { name: /^Rules for / });
  await field.fill('Use the new Input System.\nNamespaces begin with Studio.');
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(window.getByText('Saved. Open sessions of this project were told.')).toBeVisible();
  await window.getByText('What the model is told').click();
  await expect(window.locator('pre', { hasText: 'Namespaces begin with Studio.' })).toContainText(
    'those above hold.\nUse the new Input System.',
  );

  await field.fill('x'.repeat(4_001));
  await expect(window.getByText('1 characters too many')).toBeVisible();
  await expect(window.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();

  await field.fill('');
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await window.getByText('Earlier versions').click();
  await window
    .getByRole('button', { name: /^Take version/ })
    .first()
    .click();
  await expect(field).toHaveValue('Use the new Input System.\nNamespaces begin with Studio.');
});

test('a prompt is saved once and said again with a slash, by keys alone', async ({ window }) => {
  await openSettings(window, 'Saved prompts');
  await window.getByRole('button', { name: 'Add a prompt' }).click();
  const form = window.getByRole('form', { name: 'New prompt' });
  await form.getByLabel('Name').fill('What now');
  await form.getByLabel('Text').fill('What can you do?');
  await window.keyboard.press('Tab');
  await form.getByRole('button', { name: 'Save the prompt' }).click();
  await expect(window.getByRole('list', { name: 'Saved prompts' })).toContainText('What now');

  await window.getByRole('button', { name: 'Back to the chat' }).click();
  await composer(window).focus();
  await window.keyboard.type('/what');
  await expect(window.getByRole('option', { name: /^What now/ })).toHaveAttribute('aria-selected', 'true');
  await window.keyboard.press('Enter');
  await expect(composer(window)).toHaveValue('What can you do?');
  await window.keyboard.press('Enter');
  await expect(window.getByRole('article', { name: 'SPARK' }).last()).toContainText(/script/i);

  await openSettings(window, 'Saved prompts');
  await window.getByRole('button', { name: 'Delete What now' }).click();
  await expect(window.getByText('Type / in the message box to use it.')).toBeVisible();
});

test('“always here” asks no more in its folder, is listed, and asks again when it is taken back', async ({
  window,
}) => {
  const card = window.getByTestId('approval-card');
  await say(window, 'Create a script called Lighthouse that turns');
  await expect(card).toBeFocused();
  await window.keyboard.press('a');
  await expect(window.getByText('Lighthouse.cs generated').first()).toBeVisible();

  await newSession(window);
  await say(window, 'Create a script called Buoy that floats');
  await expect(window.getByText('Buoy.cs generated').first()).toBeVisible();
  await expect(card).toHaveCount(0);

  await openSettings(window, 'Always allowed');
  await window.getByRole('button', { name: 'Ask again in Assets/Scripts' }).click();
  await expect(window.getByText('Nothing is allowed without asking.')).toBeVisible();
  await window.getByRole('button', { name: 'Back to the chat' }).click();
  await newSession(window);
  await say(window, 'Create a script called Pier that stands');
  await expect(card).toBeVisible();
  await window.keyboard.press('Backspace');
  await window.keyboard.press('Enter');
  await expect(window.getByText('generateUnityScript denied')).toBeVisible();
});
