import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { buildWindow } from '../services/sandbox/demo/window.ts';
import { startSandbox, type Sandbox } from '../services/sandbox/stack/sandbox.ts';
import { makeLifecycle, type Lifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { requireElectron, withElectron, type Prepared } from './electron/desktopApp.ts';
import { makeStartDesktop } from './hosts/desktop.ts';
import { makeFolder } from './hosts/folder.ts';
import type { HostKind, Spark, StartSpark } from './hosts/spark.ts';
import { watchDesktop } from './hosts/watchDesktop.ts';
import { startWeb } from './hosts/web.ts';
import { openReplica, type Replica } from './stores.ts';

const logger = makeLogger({ name: 'e2e', level: 'error' });

/** Servers, stand-ins and consumer, and the SPARK that all tests of a worker share. */
interface TestEnvironment {
  readonly sandbox: Sandbox;
  /** The project that the Unity stand-in has open. */
  readonly projectDir: string;
  readonly spark: Spark;
}

interface Fixtures {
  /** The window, open on a new session of its own. */
  readonly window: Page;
  /** Ends what is started for one test. */
  readonly lifecycle: Lifecycle;
  /** Shows the window of a SPARK as a new one opens. */
  readonly show: (spark: Spark) => Promise<Page>;
  /** Starts a SPARK of the test's own, configured with nothing but `env`, and shows its window. */
  readonly openSpark: (env: Readonly<Record<string, string>>) => Promise<Page>;
  readonly electronOrSkip: void;
}
interface WorkerFixtures {
  readonly host: HostKind;
  readonly prepared: Prepared | undefined;
  readonly startSpark: StartSpark;
  /** Started once, with nothing of an earlier run. */
  readonly environment: TestEnvironment;
  readonly replica: Replica;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  host: ['web', { option: true, scope: 'worker' }],
  prepared: [
    async ({ host }, use) => (host === 'electron' ? withElectron(use) : use(undefined)),
    { scope: 'worker', timeout: 60_000 },
  ],
  // Before anything is started for it.
  electronOrSkip: [
    async ({ prepared }, use) => {
      if (prepared !== undefined) requireElectron(prepared);
      await use();
    },
    { auto: true },
  ],
  startSpark: [
    async ({ prepared }, use) => use(prepared === undefined ? startWeb : makeStartDesktop(prepared)),
    { scope: 'worker' },
  ],
  environment: [
    async ({ host, startSpark }, use) => {
      const root = join(import.meta.dirname, '..', '.spark', 'e2e');
      mkdirSync(root, { recursive: true });
      const stateDir = await makeFolder(root, 'stack');
      const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
      const { signal } = lifecycle;
      try {
        if (host === 'web') await buildWindow({ signal, onProgress: () => undefined });
        // Its stand-ins, also where real servers are configured.
        const sandbox = await startSandbox({
          signal,
          logger,
          parts: { unity: true, model: true },
          stateDir,
          temporary: true,
        });
        lifecycle.own('sandbox', () => sandbox.stop());
        const { env, stack, unityProjectDir: projectDir } = sandbox;
        if (projectDir === undefined) throw new Error('The stand-in of Unity did not start.');
        await use({ sandbox, projectDir, spark: await startSpark({ env, stack, lifecycle }) });
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
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
  lifecycle: async ({}, use) => {
    const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
    await use(lifecycle);
    await lifecycle.shutdown('end of the test');
  },
  // After `lifecycle`, so that a failure is looked at before what failed is ended.
  show: async ({ page, trace, lifecycle: _ends }, use, info) => {
    const watched: (() => Promise<void>)[] = [];
    await use(async (spark) => {
      const shown = await spark.open(page);
      if (shown !== page) watched.push(await watchDesktop({ page: shown, info, isTraced: trace !== 'off' }));
      return shown;
    });
    for (const end of watched) await end();
  },
  openSpark: async ({ startSpark, environment, lifecycle, show }, use) => {
    const { stack } = environment.sandbox;
    await use(async (env) => show(await startSpark({ env, stack, lifecycle })));
  },
  window: async ({ show, environment }, use) => {
    const window = await show(environment.spark);
    await newSession(window);
    await use(window);
  },
});

export { expect };

/** Of a test that `npm test` runs in the desktop app, too; `npm run qa` runs all of them there. */
export const everywhere = { tag: '@everywhere' } as const;

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
