import { defineConfig } from 'vitest/config';

const exclude = ['**/node_modules/**', 'out/**', 'dist/**', '.spark/**', 'e2e/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...exclude, '**/*.int.test.ts', '**/*.fault.test.ts', '**/*.contract.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.int.test.ts', '**/*.fault.test.ts', '**/*.contract.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: ['services/sandbox/stack/testing/globalSetup.ts'],
          maxWorkers: 2,
        },
      },
      {
        // The contract suite once more, against MCP for Unity's real server.
        test: {
          name: 'unity-real',
          include: ['services/bridge/unity/*.contract.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: ['services/bridge/unity/testing/realFrontInstall.ts'],
          setupFiles: ['services/bridge/unity/testing/realFrontHooks.ts'],
          maxWorkers: 2,
        },
      },
    ],
  },
});
