import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, say } from '../fixtures.ts';
import type { StoryTest } from './story.ts';

const path = 'Assets/Scripts/PlayerController.cs';
const mine = '// mine: keep this line\n';

export async function approve(page: Page): Promise<void> {
  const card = page.getByTestId('approval-card');
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'Approve' }).click();
  await expect(card).toBeHidden();
}
export const rows = (page: Page) => page.getByTestId('change-row');

/** A change is taken back around what was written by hand. */
export function undoStory(test: StoryTest): void {
  test('an undo takes a change back and keeps what was edited by hand since', async ({ window, environment }) => {
    const file = join(environment.projectDir ?? '', path);
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
  });
}
