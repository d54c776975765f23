import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, say, test } from './fixtures.ts';

test('two windows show the same session and stay equal', async ({ window, environment }) => {
  await rm(join(environment.projectDir, 'Assets/Scripts/PlayerController.cs'), { force: true });
  const [second] = await Promise.all([
    window.context().waitForEvent('page'),
    (async () => {
      await window.keyboard.press('ControlOrMeta+k');
      await window.getByRole('combobox').fill('New window');
      await window.keyboard.press('Enter');
    })(),
  ]);
  // The cookie is the first window's: no token is asked for again, and it opens on the same session.
  await expect(second.getByTestId('composer')).toBeEnabled();
  await say(window, 'Create a player controller');
  await expect(second.getByText('Create a player controller').first()).toBeVisible();

  const inSecond = second.getByTestId('approval-card');
  await expect(inSecond).toContainText('Assets/Scripts/PlayerController.cs');
  await inSecond.getByRole('button', { name: 'Approve' }).click();
  await expect(window.getByTestId('approval-card')).toBeHidden();
  for (const page of [window, second]) {
    await expect(page.getByText('PlayerController.cs generated').first()).toBeVisible();
    await expect(page.getByRole('article', { name: 'SPARK' }).last()).not.toBeEmpty();
  }
  const textOf = (page: typeof window): Promise<string> => page.getByRole('log', { name: 'Conversation' }).innerText();
  await expect.poll(async () => (await textOf(second)) === (await textOf(window))).toBe(true);

  // What is chosen about the look holds in both at once.
  await second.keyboard.press('ControlOrMeta+,');
  await second.getByRole('radio', { name: 'Light' }).check();
  await expect(window.locator('html')).toHaveAttribute('data-theme', 'light');
  await second.close();
  await say(window, 'What can you do?');
  await expect(window.getByRole('article', { name: 'SPARK' }).last()).toContainText(/script/i);
});
