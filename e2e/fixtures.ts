import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { openSandboxEnvironment, type SandboxEnvironment } from '../services/sandbox/demo/environment.ts';
import { makeLifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { openReplica, type Replica } from './stores.ts';

const logger = makeLogger({ name: 'e2e', level: 'error' });

interface Fixtures {
  /** The window, open on a new session of its own. */
  readonly window: Page;
}
interface WorkerFixtures {
  /** Servers, stand-ins, consumer and web host: started once, with nothing of an earlier run. */
  readonly environment: SandboxEnvironment;
  readonly replica: Replica;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  environment: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
    async ({}, use) => {
      const root = join(import.meta.dirname, '..', '.spark', 'e2e');
      mkdirSync(root, { recursive: true });
      const stateDir = await mkdtemp(join(root, 'stack-'));
      const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
      try {
        await use(
          await openSandboxEnvironment({ lifecycle, logger, stateDir, temporary: true, onProgress: () => undefined }),
        );
      } finally {
        await lifecycle.shutdown('end of the tests');
        await rm(stateDir, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  replica: [
    async ({ environment }, use) => {
      const replica = openReplica(environment.sandbox.env, logger);
      await use(replica);
      await replica.close();
    },
    { scope: 'worker' },
  ],
  window: async ({ page, environment }, use) => {
    await page.goto(environment.url);
    await newSession(page);
    await use(page);
  },
});

export { expect };

/** Starts a session of the test's own and waits for its empty transcript. */
export async function newSession(page: Page): Promise<void> {
  await expect(page.getByTestId('composer')).toBeVisible();
  await page.keyboard.press('ControlOrMeta+j');
  await expect(page.getByRole('heading', { name: 'What should change in this project?' })).toBeVisible();
  await expect(page.getByTestId('composer')).toBeEnabled();
}

/** Types a request and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}
