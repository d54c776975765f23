import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { violationsOf, wcag } from './axe.ts';
import { saved } from './download.ts';
import { expect, say, test } from './fixtures.ts';

test('a frame is taken after a change by itself, compared with the one before it, and put into a message', async ({
  window,
  environment,
}) => {
  await rm(join(environment.projectDir, 'Assets/Scripts/PlayerController.cs'), { force: true });
  await window.getByRole('button', { name: 'Render the game view' }).click();
  const large = window.getByTestId('preview-frame');
  await expect(large).toBeVisible();
  const auto = window.getByRole('checkbox', { name: 'Auto-render' });
  await auto.check();
  try {
    await say(window, 'Create a player controller');
    await window.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
    const timeline = window.getByRole('list', { name: 'Timeline of frames' });
    await expect(timeline.getByRole('button')).toHaveCount(2);
    await expect(window.getByRole('button', { name: 'PlayerController.cs generated', exact: true })).toBeVisible();

    // Shift-click compares; the arrows move the line.
    await timeline
      .getByRole('button')
      .first()
      .click({ modifiers: ['Shift'] });
    await expect(large).toHaveCount(2);
    const line = window.getByRole('slider', { name: 'Line between before and after' });
    await line.focus();
    await window.keyboard.press('ArrowRight');
    await expect(line).toHaveAttribute('aria-valuetext', '51 % before');
    expect(await violationsOf(window, wcag)).toEqual([]);
    await window.getByRole('button', { name: 'End the comparison' }).click();
    await expect(large).toHaveCount(1);

    // The wheel makes it larger where the pointer is; 0 fits it again.
    const shown = window.getByRole('group', { name: /^Picture/ });
    await shown.hover();
    await window.mouse.wheel(0, -240);
    await expect(window.getByText('200 %')).toBeVisible();
    await shown.press('0');
    await expect(window.getByText('100 %')).toBeVisible();

    const picture = await saved(window, () => window.getByRole('button', { name: 'Save the picture' }).click());
    expect(picture.name).toMatch(/^game-view-\d{4}-.*\.png$/);
    await window.getByRole('button', { name: 'Add to the message' }).click();
    await expect(window.getByTestId('draft-image')).toHaveCount(1);

    await window.getByRole('button', { name: 'PlayerController.cs generated', exact: true }).click();
    await expect(window.getByTestId('change-row')).toHaveAttribute('aria-expanded', 'true');
  } finally {
    await window.getByRole('tab', { name: 'Preview' }).click();
    await auto.uncheck();
  }
});
