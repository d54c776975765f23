import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { everywhere, expect, say, test } from './fixtures.ts';

const path = 'Assets/Scripts/PlayerController.cs';

const mine = '// mine: keep this line\n';

async function approve(page: Page): Promise<void> {
  const card = page.getByTestId('approval-card');
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Approve' }).click();
  await expect(card).toBeHidden();
}
const rows = (page: Page) => page.getByTestId('change-row');

test(
  'an undo takes a change back and keeps what was edited by hand since',
  everywhere,
  async ({ window, environment }) => {
    const file = join(environment.projectDir, path);
    await rm(file, { force: true });
    await say(window, 'Create a player controller');
    await approve(window);
    await expect(window.getByText('PlayerController.cs generated').first()).toBeVisible();
    await window.keyboard.press('ControlOrMeta+2');
    await expect(rows(window)).toHaveCount(1);
    const created = await readFile(file, 'utf8');

    await say(window, 'make it faster');
    await approve(window);
    await expect(rows(window)).toHaveCount(2);
    await expect(window.getByText('compiled', { exact: true })).toHaveCount(2);
    const patched = await readFile(file, 'utf8');
    expect(patched).not.toBe(created);
    await writeFile(file, `${patched}${mine}`);

    await rows(window).first().click();
    await window.getByTestId('undo').click();
    await expect(rows(window)).toHaveCount(3);
    await expect.poll(() => readFile(file, 'utf8')).toBe(`${created}${mine}`);
    await expect(rows(window).nth(1)).toContainText('undone');

    // The same line, edited by hand: both sides are shown and nothing is written.
    const again = `${created.replace('moveSpeed = 6f', 'moveSpeed = 7.5f')}${mine}`;
    expect(again).toContain('7.5f');
    await writeFile(file, again);
    await rows(window).first().click();
    await window.getByTestId('undo').click();
    await expect(window.getByRole('list', { name: 'Both sides' })).toContainText('7.5f');
    expect(await readFile(file, 'utf8')).toBe(again);
  },
);

test('a script is put on a new object, and both are gone after going back', async ({ window, environment }) => {
  const file = join(environment.projectDir, path);
  await rm(file, { force: true });
  await say(window, 'Create a player controller');
  await approve(window);
  await expect(window.getByText('PlayerController.cs generated').first()).toBeVisible();
  await expect(window.getByText('attach it to the player').last()).toBeVisible();
  await say(window, 'attach it to the player');
  const card = window.getByTestId('approval-card');
  await expect(card).toContainText('Create a Capsule named Player');
  await approve(window);
  await window.keyboard.press('ControlOrMeta+2');
  await expect(rows(window).first()).toContainText('Player created');

  await rows(window).last().click();
  await window.getByTestId('undo-to').click();
  await window.getByRole('button', { name: 'Undo 2' }).click();
  await expect(rows(window)).toHaveCount(4);
  await expect(readFile(file)).rejects.toThrow('ENOENT');
  await say(window, 'list the scene');
  await expect(window.getByRole('article', { name: 'SPARK' }).last()).toContainText('Main Camera');
  await expect(window.getByRole('article', { name: 'SPARK' }).last()).not.toContainText('Player');
});

test('going back stops where it would take what was written by hand, says how far it came, and shows both sides', async ({
  window,
  environment,
}) => {
  const file = join(environment.projectDir, path);
  await rm(file, { force: true });
  for (const [index, request] of ['Create a player controller', 'make it faster', 'set jumpHeight to 3'].entries()) {
    await say(window, request);
    await approve(window);
    await expect(window.getByRole('button', { name: 'Stop (Esc)' })).toBeHidden();
    if (index === 0) await window.keyboard.press('ControlOrMeta+2');
    await expect(rows(window)).toHaveCount(index + 1);
  }
  const newest = await readFile(file, 'utf8');
  const edited = newest.replace(/moveSpeed = [\d.]+f/, 'moveSpeed = 7.25f');
  expect(edited).not.toBe(newest);
  await writeFile(file, edited);

  await rows(window).last().click();
  await window.getByTestId('undo-to').click();
  await window.getByRole('button', { name: 'Undo 3' }).click();
  await expect(window.getByText('1 change undone, 2 left.')).toBeVisible();
  await expect(window.getByRole('list', { name: 'Both sides' })).toContainText('7.25f');
  const left = await readFile(file, 'utf8');
  expect(left).toContain('moveSpeed = 7.25f');
  expect(left).not.toContain('jumpHeight = 3f');
});
