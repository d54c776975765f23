import { access, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { makeUnityEditorSim, startSimulatorServer, type UnityEditorSim } from '../services/sandbox/unity/index.ts';
import { violationsOf, wcag } from './axe.ts';
import { expect, newSession, say, test as base } from './fixtures.ts';
import { makeFolder } from './hosts/folder.ts';

interface Editors {
  readonly forest: UnityEditorSim;
  readonly harbour: UnityEditorSim;
  /** The window of a SPARK of its own, which finds both editors at its MCP server. */
  readonly page: Page;
}

const test = base.extend<{ editors: Editors }>({
  editors: async ({ environment, lifecycle, openSpark }, use) => {
    const { stack, env } = environment.sandbox;
    const dir = await makeFolder(stack.stateDir, 'editors');
    lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
    const open = async (projectName: string): Promise<UnityEditorSim> => {
      const projectDir = join(dir, projectName);
      const editor = await makeUnityEditorSim({ projectDir, projectName, compileMs: 60, reloadMs: 60 });
      lifecycle.own(projectName, () => editor.close());
      return editor;
    };
    const [forest, harbour] = [await open('Forest'), await open('Harbour')];
    // The real server waits 20 s for an editor that has gone before it says so.
    const server = await startSimulatorServer({ editors: [forest, harbour], waits: { sessionMs: 3_000 } });
    lifecycle.own('server', () => server.close());
    const page = await openSpark({ ...env, UNITY_MCP_URL: server.url });
    await newSession(page);
    await use({ forest, harbour, page });
  },
});

const cardOf = (page: Page) => page.getByRole('region', { name: 'Choose a Unity Editor' });
const scriptIn = ({ projectDir }: UnityEditorSim, name: string): string =>
  join(projectDir, 'Assets', 'Scripts', `${name}.cs`);
const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function write(page: Page, name: string): Promise<void> {
  await say(page, `Create a script called ${name} that opens when the player comes near`);
  const approval = page.getByTestId('approval-card');
  await expect(approval).toBeVisible();
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText(`${name}.cs generated`).first()).toBeVisible();
}

test('a session of two open editors is asked once, and writes into the chosen project only', async ({
  editors: { forest, harbour, page },
}) => {
  const card = cardOf(page);
  await expect(card).toContainText('Several Unity Editors are open');
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect((await violationsOf(page, wcag)).map((violation) => `${colorScheme}: ${violation}`)).toEqual([]);
  }

  await card.getByRole('button', { name: 'Harbour' }).focus();
  await page.keyboard.press('Enter');
  await expect(card).toBeHidden();
  await expect(page.getByTestId('status-unity')).toContainText('Harbour · ready');
  await write(page, 'Gate');
  expect(await readFile(scriptIn(harbour, 'Gate'), 'utf8')).toContain('class Gate');
  expect(await isThere(scriptIn(forest, 'Gate'))).toBe(false);

  await write(page, 'Crane');
  await expect(card).toBeHidden();
  expect(await isThere(scriptIn(harbour, 'Crane'))).toBe(true);
  expect(await isThere(scriptIn(forest, 'Crane'))).toBe(false);
});

test('a session whose project is closed says so, writes nowhere else, and goes on when it is open again', async ({
  editors: { forest, harbour, page },
}) => {
  await cardOf(page).getByRole('button', { name: 'Harbour' }).click();
  await write(page, 'Gate');

  harbour.closeEditor();
  await expect(page.getByTestId('status-unity')).toContainText('no editor');
  await expect(cardOf(page)).toContainText('The editor of Harbour is closed');
  await say(page, 'Create a script called Lamp that opens when the player comes near');
  await page.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByTestId('call-card').filter({ hasText: 'The editor of Harbour is closed' })).toBeVisible();
  expect(await isThere(scriptIn(forest, 'Lamp'))).toBe(false);

  harbour.openEditor();
  await expect(page.getByTestId('status-unity')).toContainText('Harbour · ready');
  await expect(cardOf(page)).toBeHidden();
  await write(page, 'Crane');
  expect(await isThere(scriptIn(harbour, 'Crane'))).toBe(true);
  expect(await isThere(scriptIn(forest, 'Crane'))).toBe(false);
});
