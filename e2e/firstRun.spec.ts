import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startRealtimeSimulator, type RealtimeSimulator } from '../services/sandbox/realtime/index.ts';
import { startUnitySimulator, type UnitySimulator } from '../services/sandbox/unity/index.ts';
import { violationsOf, wcag } from './axe.ts';
import { expect, test as base } from './fixtures.ts';
import { makeFolder } from './hosts/folder.ts';

interface Fresh {
  readonly unity: UnitySimulator;
  readonly model: RealtimeSimulator;
  /** The window of a SPARK that knows of nothing but where the model's stand-in is. */
  readonly page: Page;
}

const test = base.extend<{ fresh: Fresh }>({
  fresh: async ({ environment, lifecycle, openSpark }, use) => {
    const dir = await makeFolder(environment.sandbox.stack.stateDir, 'first-run');
    lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
    const unity = await startUnitySimulator({ projectDir: join(dir, 'Meadow'), compileMs: 60, reloadMs: 60 });
    lifecycle.own('unity', unity.close);
    const model = await startRealtimeSimulator();
    lifecycle.own('model', model.close);
    await use({ unity, model, page: await openSpark({ SPARK_REALTIME_URL: model.url }) });
  },
});

test('a first start is guided from nothing to a script, and says what is wrong on the way', async ({
  fresh: { unity, model, page },
}) => {
  await expect(page.getByRole('heading', { name: 'Set up SPARK' })).toBeVisible();
  // Nobody has entered an address: the usual one was tried, and what to do is said.
  const tested = page.getByTestId('test-unity');
  await expect(tested).toContainText('http://localhost:8080/mcp');
  expect(await violationsOf(page, wcag)).toEqual([]);

  const address = page.getByLabel('Unity MCP server');
  await address.fill('localhost');
  await expect(page.getByRole('alert')).toHaveText('This value is not a URL.');
  await expect(page.getByRole('button', { name: 'Save and go on' })).toBeDisabled();
  await address.fill(unity.url);
  await page.getByRole('button', { name: 'Test Unity' }).click();
  await expect(tested).toContainText('works');
  await expect(tested).toContainText('Meadow');
  await page.getByRole('button', { name: 'Save and go on' }).click();

  await expect(page.getByText('For this session only')).toBeVisible();
  const key = page.getByLabel('Key of the Realtime API');
  await expect(key).toHaveAttribute('type', 'password');
  await key.fill('sk-wrong');
  await page.getByRole('button', { name: 'Test Model' }).click();
  await expect(page.getByTestId('test-model')).toContainText('refused the key');
  await key.fill(model.key);
  await page.getByRole('button', { name: 'Test Model' }).click();
  await expect(page.getByTestId('test-model')).toContainText('works');
  await page.getByRole('button', { name: 'Save and go on' }).click();

  await expect(page.getByTestId('test-primary')).toContainText('not set up');
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Create a player controller' }).click();
  await page.getByTestId('approval-card').getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('PlayerController.cs generated').first()).toBeVisible();

  await page.reload();
  await expect(page.getByTestId('composer')).toBeVisible();
  await page.getByTestId('status-unity').click();
  await page.getByRole('button', { name: 'Guided setup' }).click();
  await expect(page.getByRole('heading', { name: 'Set up SPARK' })).toBeVisible();
});

test('who has neither Unity nor a key tries the sandbox, and is rid of it again', async ({ fresh: { page } }) => {
  await page.getByRole('button', { name: 'Try the sandbox' }).click();
  await page.getByRole('button', { name: 'Create a player controller' }).click();
  const approval = page.getByTestId('approval-card');
  await expect(approval).toContainText('Assets/Scripts/PlayerController.cs');
  await expect(page.getByTestId('status-unity')).toContainText('simulated');
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('PlayerController.cs generated').first()).toBeVisible();
  await expect(page.getByTestId('composer')).toBeEnabled();

  await page.getByTestId('status-unity').click();
  const off = page.getByRole('button', { name: 'Turn it off' });
  await expect(off).toBeVisible();
  await expect(async () => {
    // Refused while the model still answers; gone when it took longer than was waited for.
    if (await off.isVisible()) await off.click({ timeout: 1_000 });
    await expect(page.getByTestId('status-unity')).toContainText('no Unity', { timeout: 2_000 });
  }).toPass();
});
