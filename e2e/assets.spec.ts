import { violationsOf, wcag } from './axe.ts';
import { expect, test } from './fixtures.ts';

test('a prefab is found, taken apart, read by keyboard, compared with an earlier look and named in the chat', async ({
  window,
}) => {
  await window.getByRole('tab', { name: 'Assets' }).click();
  const panel = window.getByRole('tabpanel', { name: 'Assets' });
  await panel.getByRole('searchbox', { name: 'Search assets by name' }).fill('prefab');
  const asset = panel
    .getByRole('list', { name: 'Found assets' })
    .getByRole('button', { name: /\.prefab/ })
    .first();
  await expect(asset).toBeVisible();
  await asset.click();

  const tree = panel.getByRole('tree', { name: 'Objects' });
  await expect(tree.getByRole('treeitem').first()).toBeVisible();
  await expect(panel.getByText(/^Used by/)).toBeVisible();
  await tree.focus();
  await window.keyboard.press('ArrowDown');
  await expect(tree.getByRole('treeitem', { selected: true })).toHaveCount(1);
  const components = panel.getByRole('region', { name: /^Components of/ });
  await components.locator('summary').first().click();
  expect(await violationsOf(window, wcag)).toEqual([]);

  // A second look has the first one to be compared with; nothing was changed in between.
  await panel.getByRole('button', { name: 'Read it again' }).click();
  const earlier = panel.getByRole('combobox', { name: 'Compare with' });
  await expect(earlier).toBeVisible();
  await earlier.selectOption({ index: 1 });
  await expect(panel.getByText('Nothing is different.')).toBeVisible();

  await panel.getByRole('button', { name: 'Mention in the chat' }).click();
  await expect(window.getByTestId('composer')).toHaveValue(/^@"?Assets\/.+\.prefab"? $/);
});
