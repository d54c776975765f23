import { defineConfig } from '@playwright/test';

/** `npm run test:packages:desktop`: builds a package and installs it on this machine, so it is no part of `npm test`. */
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.package.ts',
  outputDir: '../../.spark/e2e/packages',
  timeout: 300_000,
  expect: { timeout: 60_000 },
  workers: 1,
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: '../../.spark/reports/packages.json' }]],
});
