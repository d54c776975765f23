import { violationsOf, wcag } from './axe.ts';
import { expect, newSession, test } from './fixtures.ts';

test('a second build is estimated by the first, and both are in the history of the project, in a later session too', async ({
  window,
  host,
}) => {
  await window.keyboard.press('ControlOrMeta+3');
  const panel = window.getByRole('tabpanel', { name: 'Build' });
  await panel.getByRole('combobox', { name: 'Target' }).selectOption('windows64');
  const done = panel
    .getByRole('list', { name: 'Earlier builds' })
    .getByRole('article', { name: 'Build for Windows (64 bit)' });
  const start = panel.getByRole('button', { name: 'Build', exact: true });
  await start.click();
  await expect(panel.getByText('time unknown: the first such build of this project')).toBeVisible();
  await expect(done).toHaveCount(1);
  await start.click();
  await expect(panel.getByText(/usually \d/)).toBeVisible();
  await expect(done).toHaveCount(2);
  await expect(done.first()).toContainText(/no change to the last|to the last/);

  // Another session of the project knows them, and starts where they ended.
  await newSession(window);
  await expect(panel.getByRole('combobox', { name: 'Target' })).toHaveValue('windows64');
  const charts = panel.getByRole('region', { name: 'History of Windows (64 bit)' });
  await expect(charts.getByRole('img', { name: /^Time of 2 builds/ }).locator('canvas')).toBeVisible();
  await charts.getByText('As a table').click();
  await expect(charts.getByRole('row')).toHaveCount(3);
  expect(await violationsOf(window, wcag)).toEqual([]);

  // In a browser the path is copied; where the clipboard is closed it is read there. electron/use.spec.ts has the rest of
  // what the desktop app does.
  await done.first().getByRole('button', { name: 'Show the output' }).click();
  await expect(done.first().getByRole('status').last()).toContainText(
    host === 'web' ? 'Builds/' : 'Shown in the file manager.',
  );
});
