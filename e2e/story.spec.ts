import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { everywhere, expect, newSession, say, test } from './fixtures.ts';
import { isOneColour } from './pixels.ts';

const path = 'Assets/Scripts/PlayerController.cs';

test('a typed request becomes a script, a preview and a build, each in the store it belongs to', async ({
  window,
  environment,
  replica,
}) => {
  const project = environment.projectDir;
  await rm(join(project, path), { force: true });

  await say(window, 'Create a player controller');
  const approval = window.getByTestId('approval-card');
  await expect(approval).toContainText(path);
  await expect(approval.locator('.cm-content')).toContainText('class PlayerController');
  await expect(
    window.getByRole('log', { name: 'Conversation' }).getByRole('article', { name: 'SPARK' }).first(),
  ).not.toBeEmpty();

  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(window.getByText('PlayerController.cs generated').first()).toBeVisible();
  await expect(window.getByText('stored').first()).toBeVisible();

  const text = await readFile(join(project, path), 'utf8');
  expect(text).toContain('class PlayerController');
  const sha256 = createHash('sha256').update(text).digest('hex');
  await window.keyboard.press('ControlOrMeta+2');
  await expect(window.getByTestId('change-row')).toContainText('PlayerController.cs');

  await window.keyboard.press('ControlOrMeta+1');
  await window.getByRole('button', { name: 'Render the game view' }).click();
  const frame = window.getByTestId('preview-frame');
  await expect(frame).toBeVisible();
  expect(await isOneColour(frame)).toBe(false);

  await window.keyboard.press('ControlOrMeta+3');
  await window.getByRole('combobox', { name: 'Target' }).selectOption('linux64');
  await window.getByRole('button', { name: 'Build', exact: true }).click();
  const build = window.getByTestId('build-card').first();
  await expect(build.getByRole('status')).toHaveText(/started|building/);
  await expect(build).toContainText(/\d+ ?s|\d:\d\d/);
  await expect(build.getByRole('status')).toHaveText('completed');

  await expect(async () => {
    expect(await replica.rowsOfScript(sha256)).toMatchObject({
      scripts: [{ path, sha256 }],
      previews: 1,
      builds: ['completed'],
      calls: expect.arrayContaining([{ name: 'generateUnityScript', state: 'succeeded' }]),
    });
  }).toPass({ timeout: 20_000 });
});

test('a denied change writes nothing, and the model hears why', everywhere, async ({ window, environment }) => {
  const denied = 'Assets/Scripts/EnemyAI.cs';
  await rm(join(environment.projectDir, denied), { force: true });
  await say(window, 'Create a script called EnemyAI that follows the player');
  const approval = window.getByTestId('approval-card');
  await expect(approval).toBeVisible();
  await approval.focus();
  await window.keyboard.press('Backspace');
  await window.getByLabel('Why not').fill('use a NavMeshAgent instead');
  await window.keyboard.press('Enter');
  await expect(window.getByText('generateUnityScript denied')).toBeVisible();
  await expect(approval).toBeHidden();
  await expect(readFile(join(environment.projectDir, denied))).rejects.toThrow('ENOENT');
});

test('what was said and done is there again after a reload', async ({ window }) => {
  await say(window, 'What can you do?');
  const answer = window.getByRole('article', { name: 'SPARK' }).last();
  await expect(answer).toContainText(/script/i);
  await window.reload();
  await expect(window.getByText('What can you do?').first()).toBeVisible();
  await expect(window.getByRole('article', { name: 'SPARK' }).last()).toContainText(/script/i);
  await newSession(window);
});
