import type { Page } from '@playwright/test';
import { appOf } from './hosts/desktop.ts';

/** The text that the window copied last; to be opened before anything is copied, for which a browser needs the leave. */
export async function openClipboard(page: Page): Promise<{ readonly read: () => Promise<string> }> {
  const app = appOf(page);
  // The desktop app lets no page read the system's clipboard, so that its main process is asked.
  if (app !== undefined) return { read: () => app.evaluate(({ clipboard }) => clipboard.readText()) };
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return { read: () => page.evaluate(() => navigator.clipboard.readText()) };
}
