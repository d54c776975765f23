import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { call, say as says } from '../services/sandbox/realtime/index.ts';
import { violationsOf, wcag } from './axe.ts';
import { test } from './directed.ts';
import { expect, say } from './fixtures.ts';

const names = ['Anchor', 'Bell', 'Capstan'] as const;
const textOf = (name: string, speed: string): string =>
  `using UnityEngine;\n\npublic class ${name} : MonoBehaviour\n{\n    public float speed = ${speed};\n}\n`;

test('of a change of several files one is edited, and all are written with what was decided about each', async ({
  stage,
  directed: { unity, model },
}) => {
  const folder = join(unity.projectDir, 'Assets', 'Scripts');
  const fileOf = (name: string): string => join(folder, `${name}.cs`);
  await mkdir(folder, { recursive: true });
  for (const name of names) await writeFile(fileOf(name), textOf(name, '1f'));
  const edits = [{ search: 'speed = 1f', replace: 'speed = 2f' }];
  const files = names.map((name) => ({ path: `Assets/Scripts/${name}.cs`, edits }));
  model.play([call('applyUnityPatch', { files, reason: 'All of them are too slow.' })], [says('They are faster now.')]);
  await say(stage, 'Make the ship faster');

  const card = stage.getByTestId('approval-card');
  await expect(card).toContainText('3 files');
  await expect(card).toBeFocused();
  await stage.keyboard.press('e');
  const bell = card.getByRole('button', { name: /^Bell\.cs/ });
  await bell.focus();
  await stage.keyboard.press('Enter');
  const editor = card.getByRole('textbox', { name: 'Edit Assets/Scripts/Bell.cs' });
  await expect(editor).toContainText('speed = 2f');
  expect(await violationsOf(stage, wcag)).toEqual([]);
  await editor.fill(textOf('Bell', '1.5f'));
  // Folded and opened again, what was typed is there.
  await bell.click();
  await bell.click();
  await expect(editor).toContainText('speed = 1.5f');
  await editor.press('ControlOrMeta+Enter');
  await expect(card).toBeHidden();
  await expect(stage.getByText('They are faster now.')).toBeVisible();

  const written = await Promise.all(names.map((name) => readFile(fileOf(name), 'utf8')));
  expect(written).toEqual([textOf('Anchor', '2f'), textOf('Bell', '1.5f'), textOf('Capstan', '2f')]);
  await stage.keyboard.press('ControlOrMeta+2');
  await expect(stage.getByTestId('change-row')).toHaveCount(3);
});
