import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { violationsOf, wcag } from './axe.ts';
import { expect, say, test } from './fixtures.ts';

const themes = ['dark', 'light'] as const;

for (const theme of themes) {
  test(`no screen has an accessibility violation in the ${theme} theme`, async ({ window, environment }) => {
    await rm(join(environment.projectDir, 'Assets/Scripts/PlayerController.cs'), { force: true });
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    const check = async (screen: string): Promise<void> => {
      const violations = await violationsOf(window, wcag);
      expect(violations.map((violation) => `${screen}: ${violation}`)).toEqual([]);
    };
    await check('first screen');
    await say(window, 'Create a player controller');
    await expect(window.getByTestId('approval-card')).toBeVisible();
    await check('approval');
    await window.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
    await expect(window.getByText('PlayerController.cs generated').first()).toBeVisible();
    for (const [key, screen] of [
      ['1', 'preview'],
      ['2', 'changes'],
      ['3', 'build'],
    ] as const) {
      await window.keyboard.press(`ControlOrMeta+${key}`);
      await check(screen);
    }
    await window.getByTestId('status-unity').click();
    await check('health');
    await window.keyboard.press('ControlOrMeta+k');
    await expect(window.getByRole('dialog', { name: 'Commands' })).toBeVisible();
    await check('palette');
  });
}

test('a change is approved with the keyboard alone', async ({ window }) => {
  await say(window, 'Create a script called Door that opens when the player comes near');
  const approval = window.getByTestId('approval-card');
  await expect(approval).toBeVisible();
  await expect(approval).toBeFocused();
  await window.keyboard.press('Enter');
  await expect(window.getByText('Door.cs generated').first()).toBeVisible();
});
