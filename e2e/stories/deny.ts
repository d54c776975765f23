import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, say } from '../fixtures.ts';
import type { StoryTest } from './story.ts';

/** The developer says no, and why. */
export function denyStory(test: StoryTest): void {
  test('a denied change writes nothing, and the model hears why', async ({ window, environment }) => {
    const denied = 'Assets/Scripts/EnemyAI.cs';
    await rm(join(environment.projectDir ?? '', denied), { force: true });
    await say(window, 'Create a script called EnemyAI that follows the player');
    const approval = window.getByTestId('approval-card');
    await expect(approval).toBeVisible();
    await approval.focus();
    await window.keyboard.press('Backspace');
    await window.getByLabel('Why not').fill('use a NavMeshAgent instead');
    await window.keyboard.press('Enter');
    await expect(window.getByText('generateUnityScript denied')).toBeVisible();
    await expect(approval).toBeHidden();
    await expect(readFile(join(environment.projectDir ?? '', denied))).rejects.toThrow('ENOENT');
  });
}
