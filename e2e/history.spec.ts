import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { violationsOf, wcag } from './axe.ts';
import { saved } from './download.ts';
import { everywhere, expect, newSession, say, test } from './fixtures.ts';

/** A session in which a script was written, by its own words. */
async function writeScript(window: Page, projectDir: string, name: string): Promise<void> {
  await rm(join(projectDir, `Assets/Scripts/${name}.cs`), { force: true });
  await say(window, `Create a script called ${name} that turns slowly`);
  await window.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
  await expect(window.getByText(`${name}.cs generated`).first()).toBeVisible();
  await expect(window.getByRole('button', { name: 'Stop' })).toHaveCount(0);
}

test(
  'what was done is found from another session with the keyboard, opened at its place, and forked',
  everywhere,
  async ({ window, environment }) => {
    await writeScript(window, environment.projectDir, 'LighthouseLamp');
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
  },
);

test('a session is exported whole and deleted, and is then found nowhere', async ({ window, environment }) => {
  await writeScript(window, environment.projectDir, 'WindmillSail');
  const menu = window.getByRole('button', { name: /^More for/ }).first();
  const exported = async (item: string): Promise<{ name: string; text: string }> => {
    await menu.click();
    const { name, bytes } = await saved(window, () => window.getByRole('menuitem', { name: item }).click());
    return { name, text: bytes.toString('utf8') };
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
  const script = join(environment.projectDir, 'Assets/Scripts/WindmillSail.cs');
  expect(await readFile(script, 'utf8')).toContain('class WindmillSail');
});
