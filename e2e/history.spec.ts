import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { violationsOf, wcag } from './axe.ts';
import { expect, test } from './fixtures.ts';
import { searchStory, writeScript } from './stories/search.ts';

searchStory(test);

test('a session is exported whole and deleted, and is then found nowhere', async ({ window, environment }) => {
  await writeScript(window, environment.projectDir ?? '', 'WindmillSail');
  const menu = window.getByRole('button', { name: /^More for/ }).first();
  const exported = async (item: string): Promise<{ name: string; text: string }> => {
    await menu.click();
    const [download] = await Promise.all([
      window.waitForEvent('download'),
      window.getByRole('menuitem', { name: item }).click(),
    ]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
  };
  const markdown = await exported('Export as Markdown');
  expect(markdown.name).toMatch(/WindmillSail.*\.md$/);
  expect(markdown.text).toContain('+public class WindmillSail');
  const json = await exported('Export as JSON');
  expect(JSON.parse(json.text)).toMatchObject({
    format: 'spark.session',
    calls: [{ name: 'generateUnityScript', state: 'succeeded', approval: { kind: 'write' } }],
    changes: [{ path: 'Assets/Scripts/WindmillSail.cs', before: null }],
  });

  const title = await window.getByRole('heading', { level: 1 }).textContent();
  await menu.click();
  await window.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = window.getByTestId('delete-session');
  await expect(dialog).toContainText('1 call, 1 change');
  expect(await violationsOf(window, wcag)).toEqual([]);
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(window.getByRole('heading', { level: 1 })).not.toHaveText(title ?? '');
  await window.keyboard.press('ControlOrMeta+Shift+f');
  await window.getByRole('combobox', { name: /^Search everything/ }).fill('windmill');
  await expect(window.getByText('Nothing has')).toBeVisible();
  // The script stays: it is the project's.
  const script = join(environment.projectDir ?? '', 'Assets/Scripts/WindmillSail.cs');
  expect(await readFile(script, 'utf8')).toContain('class WindmillSail');
});
