import { defineConfig } from '@playwright/test';
import { findBrowser } from './e2e/browser.ts';
import { webOnly } from './e2e/hosts/webOnly.ts';
import type { HostKind } from './e2e/hosts/spark.ts';
import { microphoneArgs } from './e2e/microphone.ts';
import { canRecordVideo } from './e2e/video.ts';

const { executablePath, args } = await findBrowser();
const browser = { browserName: 'chromium', launchOptions: { executablePath, args } } as const;
const withMicrophone = {
  browserName: 'chromium' as const,
  launchOptions: { executablePath, args: [...args, ...microphoneArgs('web')] },
};
/** The window's states alone: no server, so these run beside the others in a worker of their own. */
const ofGallery = specs(['gallery', 'large', 'longSession', 'snapshots']);

export default defineConfig<object, { host: HostKind }>({
  testDir: 'e2e',
  outputDir: '.spark/e2e/results',
  snapshotPathTemplate: 'e2e/snapshots/{arg}{ext}',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  reporter: [
    ['list'],
    ['json', { outputFile: '.spark/reports/e2e.json' }],
    ['html', { outputFolder: '.spark/reports/e2e-html', open: 'never' }],
    ['./e2e/summary.ts'],
  ],
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    video: canRecordVideo() ? 'retain-on-failure' : 'off',
    viewport: { width: 1280, height: 800 },
  },
  projects: [
    // The stories share one set of servers and one browser: one worker, so that they are started once. A spec with launch
    // options of its own would get a worker of its own, and with it servers of its own.
    { name: 'web', testIgnore: ['**/electron/**', ...ofGallery], workers: 1, use: withMicrophone },
    { name: 'gallery', testMatch: ofGallery, workers: 1, use: browser },
    // The same stories in the desktop app. A page of a browser comes with them, empty, for what Playwright gives every test.
    {
      name: 'desktop',
      testIgnore: ['**/electron/**', ...ofGallery, ...specs(Object.keys(webOnly))],
      workers: 1,
      dependencies: ['electron-build'],
      use: { ...browser, host: 'electron', screenshot: 'off', video: 'off' },
    },
    { name: 'electron', testMatch: '**/electron/**/*.spec.ts', workers: 1, dependencies: ['electron-build'] },
    { name: 'electron-build', testMatch: '**/electron/build.setup.ts' },
  ],
});

function specs(names: readonly string[]): string[] {
  return names.map((name) => `**/${name}.spec.ts`);
}
