import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { violationsOf, wcag } from '../axe.ts';
import { expect, newSession, say } from '../fixtures.ts';
import type { StoryTest } from './story.ts';

/** A session in which a script was written, by its own words. */
export async function writeScript(window: Page, projectDir: string, name: string): Promise<void> {
  await rm(join(projectDir, `Assets/Scripts/${name}.cs`), { force: true });
  await say(window, `Create a script called ${name} that turns slowly`);
  await window.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
  await expect(window.getByText(`${name}.cs generated`).first()).toBeVisible();
  await expect(window.getByRole('button', { name: 'Stop' })).toHaveCount(0);
}

/** What was done is found again. */
export function searchStory(test: StoryTest): void {
  test('what was done is found from another session with the keyboard, opened at its place, and forked', async ({
    window,
    environment,
  }) => {
    await writeScript(window, environment.projectDir ?? '', 'LighthouseLamp');
    await newSession(window);
    await window.keyboard.press('ControlOrMeta+Shift+f');
    const field = window.getByRole('combobox', { name: /^Search everything/ });
    await expect(field).toBeFocused();
    expect(await violationsOf(window, wcag)).toEqual([]);
    await window.keyboard.type('lamp "* OR submarine');
    await expect(window.getByText('Nothing has')).toBeVisible();
    await field.fill('lamp');
    await window
      .getByRole('button', { name: 'Changes', exact: true })
      .and(window.locator('[aria-pressed="false"]'))
      .last()
      .click();
    const hits = window.getByTestId('history-hit');
    await expect(hits).toHaveCount(1);
    await expect(hits.locator('mark')).toHaveText('Lamp');
    await expect(hits).toContainText('Assets/Scripts/LighthouseLamp.cs');
    expect(await violationsOf(window, wcag)).toEqual([]);
    await field.focus();
    await window.keyboard.press('Enter');
    const place = window.locator('[aria-current="location"]');
    await expect(place).toContainText('LighthouseLamp.cs generated');
    await expect(place).toBeInViewport();

    await window
      .getByRole('button', { name: /^More for/ })
      .first()
      .click();
    await window.getByRole('menuitem', { name: 'Fork' }).click();
    await expect(window.getByRole('heading', { level: 1 })).toContainText('(fork)');
    await expect(window.getByText('LighthouseLamp.cs generated').first()).toBeVisible();
    await say(window, 'What can you do?');
    await expect(window.getByRole('article', { name: 'SPARK' }).last()).toContainText(/script/i);
  });
}
