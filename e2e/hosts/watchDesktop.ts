import type { Page, TestInfo } from '@playwright/test';

/**
 * Keeps a trace of the desktop app's window, as Playwright does by itself of its own browsers only. What is returned ends
 * it; after a failure the trace and a picture of the window are in the report.
 */
export async function watchDesktop(options: {
  readonly page: Page;
  readonly info: TestInfo;
  readonly isTraced: boolean;
}): Promise<() => Promise<void>> {
  const { page, info, isTraced } = options;
  const { tracing } = page.context();
  if (isTraced) await tracing.start({ screenshots: true, snapshots: true });
  return async () => {
    const hasFailed = info.status !== info.expectedStatus;
    if (isTraced && !hasFailed) await tracing.stop();
    if (!hasFailed) return;
    if (isTraced) {
      const path = info.outputPath('desktop-trace.zip');
      await tracing.stop({ path });
      await info.attach('trace', { path, contentType: 'application/zip' });
    }
    if (!page.isClosed()) await info.attach('window', { body: await page.screenshot(), contentType: 'image/png' });
  };
}
