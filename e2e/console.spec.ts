import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { violationsOf, wcag } from './axe.ts';
import { expect, say, test } from './fixtures.ts';

test('a line of the console is tied to the call after which it came, and explained by the model', async ({
  window,
  environment,
}) => {
  const scripts = join(environment.projectDir, 'Assets/Scripts');
  const broken = join(scripts, 'BrokenByHand.cs');
  await rm(join(scripts, 'PlayerController.cs'), { force: true });
  try {
    await say(window, 'Create a player controller');
    const card = window.getByTestId('approval-card');
    await expect(card).toBeVisible();
    await window.getByRole('tab', { name: 'Console' }).click();
    // Edited outside SPARK; Unity compiles it together with what SPARK writes.
    await writeFile(broken, 'public class BrokenByHand { void Awake() { int a = 1 } }\n');
    await card.getByRole('button', { name: 'Approve' }).click();

    const error = window.getByRole('option', { name: /CS1002|; expected/ }).first();
    await expect(error).toBeVisible();
    await expect(error).toHaveAccessibleName(/BrokenByHand\.cs:1, after .*PlayerController\.cs/);
    expect(await violationsOf(window, wcag)).toEqual([]);

    // By keyboard alone: to the last line that names the file, and Enter explains it.
    await window.getByRole('searchbox', { name: 'Filter by text' }).fill('BrokenByHand.cs');
    await window.getByTestId('console-list').focus();
    await window.keyboard.press('End');
    const chosen = window.getByRole('region', { name: 'Chosen lines' });
    await expect(chosen).toContainText('Assets/Scripts/BrokenByHand.cs');
    await window.keyboard.press('Enter');
    const asked = window.getByRole('article', { name: 'You' }).last();
    await expect(asked).toContainText("Explain this line of Unity's console");
    await expect(asked).toContainText('> error CS1002');
    await expect(chosen).toBeHidden();
  } finally {
    await rm(broken, { force: true });
    await rm(`${broken}.meta`, { force: true });
  }
});
