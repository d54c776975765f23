import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { startHost, urlOf } from '../services/sandbox/demo/environment.ts';
import { openAnalytics } from '../services/sandbox/demo/analytics/environment.ts';
import { engineNames } from '../services/sandbox/demo/analytics/engines.ts';
import { planLoad } from '../services/sandbox/demo/analytics/load/plan.ts';
import { playAnalytics } from '../services/sandbox/demo/analytics/play.ts';
import { repositoryDir } from '../services/sandbox/stack/paths.ts';
import type { Lifecycle } from '../shared/node/lifecycle/index.ts';
import type { Logger } from '../shared/node/logging/index.ts';

/** Insights of a team's day as the analytics API tells it, drawn by `draw`. */
export async function drawAnalytics(given: {
  readonly lifecycle: Lifecycle;
  readonly logger: Logger;
  readonly browser: Browser;
  readonly say: (line: string) => void;
  readonly draw: (page: Page) => Promise<void>;
}): Promise<void> {
  const { lifecycle, logger, browser, say, draw } = given;
  const stateDir = join(repositoryDir, '.spark', 'screenshot-analytics');
  lifecycle.own('analytics state', () => rm(stateDir, { recursive: true, force: true }));
  const environment = await openAnalytics({ lifecycle, logger, stateDir, onProgress: say });
  const plan = planLoad({ nowMs: Date.now(), minutes: 12, events: 3_000, seed: 1 });
  await playAnalytics({ environment, plan, without: engineNames, onProgress: say });
  const { stack, api } = environment;
  const host = await startHost(
    {
      ...stack.env,
      SLATE_ANALYTICS_URL: api.url,
      SLATE_ANALYTICS_TOKEN: api.token,
      SPARK_DATA_DIR: join(stack.stateDir, 'app'),
      SPARK_WEB_PORT: '0',
    },
    stack,
    lifecycle,
  );
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
  await page.goto(urlOf(host));
  // Neither Unity nor a model is configured: the figures need none.
  await page.getByRole('button', { name: 'Skip the setup' }).click();
  await page.getByTestId('composer').waitFor();
  await page.getByRole('button', { name: 'Insights' }).click();
  await page.getByText('From the analytics API').waitFor();
  await page.locator('.u-over').first().waitFor();
  await draw(page);
  await page.close();
}
