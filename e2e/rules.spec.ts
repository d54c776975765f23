import type { Page } from '@playwright/test';
import { expect, newSession, say, test } from './fixtures.ts';
import { holdRequests } from './heldRequest.ts';

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

test('rules that are written on while their save is on its way stay, also when the window is left', async ({
  window: page,
}) => {
  const saves = await holdRequests(page, 'rules.set');
  await openSettings(page, 'Project rules');
  const field = page.getByRole('textbox', { name: /^Rules for / });
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await field.fill('Scripts go under Assets/Game.');
  await save.click();
  await expect.poll(saves.held).toBe(1);
  await field.fill('Scripts go under Assets/Game. No plugins.');
  await saves.release();
  await expect(save).toBeEnabled();
  await expect(page.getByText('Not saved yet.')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the chat' }).click();
  await openSettings(page, 'Project rules');
  await expect(field).toHaveValue('Scripts go under Assets/Game. No plugins.');
  await save.click();
  await expect(page.getByText('Saved. Open sessions of this project were told.')).toBeVisible();
  await field.fill('');
  await save.click();
  await expect(page.getByText('Saved. Open sessions of this project were told.')).toBeVisible();
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
