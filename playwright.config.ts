import { defineConfig } from '@playwright/test';
import { findBrowser } from './e2e/browser.ts';

const browser = await findBrowser();

export default defineConfig({
  testDir: 'e2e',
  outputDir: '.spark/e2e/results',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  reporter: [
    ['list'],
    ['json', { outputFile: '.spark/reports/e2e.json' }],
    ['html', { outputFolder: '.spark/reports/e2e-html', open: 'never' }],
  ],
  use: { trace: 'retain-on-failure', screenshot: 'only-on-failure', viewport: { width: 1280, height: 800 } },
  projects: [
    {
      name: 'web',
      testIgnore: '**/electron/**',
      use: { browserName: 'chromium', launchOptions: { executablePath: browser.executablePath, args: browser.args } },
    },
    { name: 'electron', testMatch: '**/electron/**/*.spec.ts' },
  ],
});
