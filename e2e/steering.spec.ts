import type { Page } from '@playwright/test';
import { expect, say, test } from './fixtures.ts';

const composer = (page: Page) => page.getByTestId('composer');
const answers = (page: Page) => page.getByRole('article', { name: 'SPARK' });
const mine = (page: Page) => page.getByRole('article', { name: 'You', exact: true });

/** A turn that goes on until somebody decides. */
async function startLongTurn(page: Page): Promise<void> {
  await say(page, 'Create a script called Lantern that flickers');
  await expect(page.getByTestId('approval-card')).toBeVisible();
}

/** Pastes a picture, as the clipboard of a browser gives it: red above, blue below. */
async function pastePicture(page: Page, name = 'shot.png', type = 'image/png'): Promise<void> {
  await composer(page).evaluate(
    async (field, file) => {
      const canvas = new OffscreenCanvas(2_000, 1_000);
      const paint = canvas.getContext('2d');
      if (paint === null) throw new Error('no canvas');
      paint.fillStyle = '#c00';
      paint.fillRect(0, 0, 2_000, 500);
      paint.fillStyle = '#00c';
      paint.fillRect(0, 500, 2_000, 500);
      const blob = file.type === 'image/png' ? await canvas.convertToBlob() : new Blob(['class A {}']);
      const data = new DataTransfer();
      data.items.add(new File([blob], file.name, { type: file.type }));
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    },
    { name, type },
  );
}

test('a message that is edited goes on in a fork, and the way back leads to what was said', async ({ window }) => {
  await say(window, 'What can you do?');
  await expect(answers(window).last()).toContainText(/script/i);
  await say(window, 'List the prefabs of this project');
  await expect(answers(window).last()).toContainText(/prefab/i);
  await mine(window).last().hover();
  await mine(window).last().getByRole('button', { name: 'Edit' }).click();
  const field = window.getByRole('textbox', { name: 'Edit the message' });
  await expect(field).toHaveValue('List the prefabs of this project');
  await field.fill('list the scene');
  await field.press('Enter');

  await expect(window.getByRole('heading', { name: /\(fork\)/ })).toBeVisible();
  await expect(mine(window)).toHaveText(['What can you do?', 'list the scene']);
  await expect(answers(window).last()).toContainText('Main Camera');
  await window.getByRole('button', { name: 'Open it' }).click();
  await expect(mine(window)).toHaveText(['What can you do?', 'List the prefabs of this project']);
});

test('the newest message is asked again without being said again', async ({ window }) => {
  await say(window, 'What can you do?');
  await expect(answers(window).last()).toContainText(/script/i);
  await expect(window.getByRole('button', { name: 'Stop (Esc)' })).toBeHidden();
  await mine(window).hover();
  await mine(window).getByRole('button', { name: 'Ask again' }).click();
  await expect(answers(window)).toHaveCount(2);
  await expect(mine(window)).toHaveCount(1);
});

test('Escape stops the turn and the call below it, and a second one does nothing', async ({ window }) => {
  await startLongTurn(window);
  await composer(window).click();
  await window.keyboard.press('Escape');
  await window.keyboard.press('Escape');
  await expect(window.getByTestId('approval-card')).toBeHidden();
  await expect(window.getByTestId('call-card')).toHaveAttribute('data-state', 'cancelled');
  await window.keyboard.press('Escape');
  await say(window, 'What can you do?');
  await expect(answers(window).last()).toContainText(/script/i);
});

test('a message waits for the answer, is taken back, waits again, and is sent next', async ({ window }) => {
  await startLongTurn(window);
  const waiting = window.getByTestId('queued-message');
  await composer(window).fill('What can you do?');
  await composer(window).press('Alt+Enter');
  await expect(waiting).toContainText('will be sent next');
  await waiting.getByRole('button', { name: 'Take back' }).click();
  await expect(composer(window)).toHaveValue('What can you do?');
  await expect(waiting).toHaveCount(0);
  await expect(window.getByTestId('approval-card')).toBeVisible();

  await composer(window).press('Alt+Enter');
  await expect(waiting).toHaveCount(1);
  await window.keyboard.press('Escape');
  await expect(waiting).toHaveCount(0);
  await expect(mine(window).last()).toHaveText('What can you do?');
  await expect(answers(window).last()).toContainText(/script/i);
});

test('what Enter does while SPARK answers is chosen beside it and kept', async ({ window }) => {
  const options = window.getByRole('button', { name: 'While SPARK answers' });
  await options.click();
  await window.getByRole('menuitemradio', { name: /^Enter sends after/ }).click();
  await startLongTurn(window);
  await say(window, 'What can you do?');
  await expect(window.getByTestId('queued-message')).toHaveCount(1);
  await composer(window).press('Escape');
  await options.click();
  await expect(window.getByRole('menuitemradio', { name: /^Enter sends after/ })).toBeChecked();
  await window.getByRole('menuitemradio', { name: /^Enter stops/ }).click();
});

test('a picture that is pasted is scaled, seen by the model, and opens large', async ({ window }) => {
  await pastePicture(window);
  await expect(window.getByTestId('draft-image')).toHaveAttribute('alt', '1: 1568 × 784');
  await say(window, 'What is this?');
  await expect(window.getByTestId('draft-image')).toHaveCount(0);
  await expect(window.getByTestId('message-image')).toBeVisible();
  await expect(answers(window).last()).toContainText(/I see .*1568/);
  await window.getByRole('button', { name: /^Open Image 1/ }).click();
  await expect(window.getByRole('dialog', { name: /^Image 1/ })).toBeVisible();
  await window.keyboard.press('Escape');
  await expect(window.getByRole('dialog', { name: /^Image 1/ })).toBeHidden();
});

test('what is no picture is said to be none, and what is too long stays in the composer', async ({ window }) => {
  await pastePicture(window, 'A.cs', 'text/plain');
  await expect(window.getByText('A.cs is no image')).toBeVisible();
  await composer(window).fill('x'.repeat(5_000_000));
  await expect(window.getByText('5,000,000 characters')).toBeVisible();
  await composer(window).press('Enter');
  await expect(mine(window)).toHaveCount(0);
  expect(await composer(window).inputValue()).toHaveLength(5_000_000);
  await composer(window).fill('');
});

test('an asset is named with @ and the model is told what it is', async ({ window }) => {
  await composer(window).pressSequentially('What is @Sample');
  const option = window.getByRole('option').first();
  await expect(option).toBeVisible();
  await composer(window).press('Enter');
  await expect(composer(window)).toHaveValue(/^What is @"?Assets\/.+/);
  await composer(window).press('Enter');
  await expect(mine(window).last()).toContainText('@');
  await expect(answers(window).last()).not.toBeEmpty();
});

test('a reload keeps the draft with its pictures', async ({ window }) => {
  await composer(window).fill('half a sentence about');
  await pastePicture(window);
  await expect(window.getByTestId('draft-image')).toBeVisible();
  await window.reload();
  await expect(composer(window)).toHaveValue('half a sentence about');
  await expect(window.getByTestId('draft-image')).toBeVisible();
  await window.getByRole('button', { name: 'Remove image 1' }).click();
  await composer(window).fill('');
});
