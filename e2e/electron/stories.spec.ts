import { join } from 'node:path';
import { newSession } from '../fixtures.ts';
import { approveStory } from '../stories/approve.ts';
import { denyStory } from '../stories/deny.ts';
import { searchStory } from '../stories/search.ts';
import type { Stage } from '../stories/story.ts';
import { undoStory } from '../stories/undo.ts';
import { launchDesktop, test as base, type Desktop } from './desktopApp.ts';

/** The web host's stories in the desktop app: its own window, IPC and stand-ins in processes of their own, no servers. */

let desktop: Desktop | undefined;

const test = base.extend<Stage>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from this pattern
  environment: async ({}, use) => {
    await use({ projectDir: join(desktop?.dataFolder ?? '', 'sandbox/SparkSandbox') });
  },
  // oxlint-disable-next-line no-empty-pattern -- as above
  window: async ({}, use, info) => {
    if (desktop === undefined) throw new Error('The desktop app does not run.');
    const { page } = desktop;
    await newSession(page);
    await use(page);
    // Playwright takes one of its own browsers only.
    if (info.status !== info.expectedStatus)
      await info.attach('window', { body: await page.screenshot(), contentType: 'image/png' });
  },
});

test.beforeAll(async ({ prepared }) => {
  test.setTimeout(300_000);
  desktop = await launchDesktop(prepared, { args: ['--sandbox'] });
});
test.afterAll(() => desktop?.close());

approveStory(test);
denyStory(test);
undoStory(test);
searchStory(test);
