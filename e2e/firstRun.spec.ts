import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startHost, urlOf } from '../services/sandbox/demo/environment.ts';
import { startRealtimeSimulator, type RealtimeSimulator } from '../services/sandbox/realtime/index.ts';
import { startUnitySimulator, type UnitySimulator } from '../services/sandbox/unity/index.ts';
import { makeLifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { violationsOf, wcag } from './axe.ts';
import { expect, test as base } from './fixtures.ts';

const logger = makeLogger({ name: 'e2e-first-run', level: 'error' });

interface Fresh {
  readonly unity: UnitySimulator;
  readonly model: RealtimeSimulator;
  /** The window of a host that knows of nothing but where the model's stand-in is. */
  readonly url: string;
}

const test = base.extend<{ fresh: Fresh }>({
  fresh: async ({ environment }, use) => {
    const { stack } = environment.sandbox;
    const dir = await mkdtemp(join(stack.stateDir, 'first-run-'));
    const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
    lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
    try {
      const unity = await startUnitySimulator({ projectDir: join(dir, 'Meadow'), compileMs: 60, reloadMs: 60 });
      lifecycle.own('unity', unity.close);
      const model = await startRealtimeSimulator();
      lifecycle.own('model', model.close);
      const host = await startHost(
        { SPARK_WEB_PORT: '0', SPARK_DATA_DIR: join(dir, 'app'), SPARK_REALTIME_URL: model.url },
        stack,
        lifecycle,
      );
      await use({ unity, model, url: urlOf(host) });
    } finally {
      await lifecycle.shutdown('end of the test');
    }
  },
});

test('a first start is guided from nothing to a script, and says what is wrong on the way', async ({ page, fresh }) => {
  await page.goto(fresh.url);
  await expect(page.getByRole('heading', { name: 'Set up SPARK' })).toBeVisible();
  // Nobody has entered an address: the usual one was tried, and what to do is said.
  const unity = page.getByTestId('test-unity');
  await expect(unity).toContainText('http://localhost:8080/mcp');
  expect(await violationsOf(page, wcag)).toEqual([]);

  const address = page.getByLabel('Unity MCP server');
  await address.fill('localhost');
  await expect(page.getByRole('alert')).toHaveText('This value is not a URL.');
  await expect(page.getByRole('button', { name: 'Save and go on' })).toBeDisabled();
  await address.fill(fresh.unity.url);
  await page.getByRole('button', { name: 'Test Unity' }).click();
  await expect(unity).toContainText('works');
  await expect(unity).toContainText('Meadow');
  await page.getByRole('button', { name: 'Save and go on' }).click();

  await expect(page.getByText('For this session only')).toBeVisible();
  const key = page.getByLabel('Key of the Realtime API');
  await expect(key).toHaveAttribute('type', 'password');
  await key.fill('sk-wrong');
  await page.getByRole('button', { name: 'Test Model' }).click();
  await expect(page.getByTestId('test-model')).toContainText('refused the key');
  await key.fill(fresh.model.key);
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

test('who has neither Unity nor a key tries the sandbox, and is rid of it again', async ({ page, fresh }) => {
  await page.goto(fresh.url);
  await page.getByRole('button', { name: 'Try the sandbox' }).click();
  await page.getByRole('button', { name: 'Create a player controller' }).click();
  const approval = page.getByTestId('approval-card');
  await expect(approval).toContainText('Assets/Scripts/PlayerController.cs');
  await expect(page.getByTestId('status-unity')).toContainText('simulated');
  await approval.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('PlayerController.cs generated').first()).toBeVisible();
  await expect(page.getByTestId('composer')).toBeEnabled();

  await page.getByTestId('status-unity').click();
  await expect(async () => {
    // Refused while the model still answers.
    await page.getByRole('button', { name: 'Turn it off' }).click({ timeout: 1_000 });
    await expect(page.getByTestId('status-unity')).toContainText('no Unity', { timeout: 2_000 });
  }).toPass();
});
