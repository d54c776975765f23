import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** On a fresh clone nothing is known of durations: what is long comes first, else it would end alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      /\.fault\.test\.ts$|\/bench\/|\/sandbox\/|\/papers\/.*\.int\.|\/migrations\.int\./.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const exclude = ['**/node_modules/**', 'out/**', 'dist/**', '.spark/**', 'e2e/**'];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [
            ...exclude,
            '**/*.int.test.ts',
            '**/*.fault.test.ts',
            '**/*.contract.test.ts',
            '**/*.real.test.ts',
            '**/*.package.test.ts',
            '**/*.analytics.test.ts',
          ],
          // No test is about time; a busy machine needs longer than the default of 5 s.
          testTimeout: 30_000,
          maxWorkers: '100%',
          // Nothing here mocks a module or leaves something behind: the files of a worker share what they import.
          isolate: false,
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
        // Packages are built, installed and upgraded on this machine: as root, on Debian, some minutes. Not in `npm test`.
        test: {
          name: 'packages',
          include: ['**/*.package.test.ts'],
          exclude,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          globalSetup: ['services/sandbox/stack/testing/globalSetup.ts'],
          maxWorkers: 1,
        },
      },
      {
        // The real engines of the analytics tier, minutes each. Not in `npm test`.
        test: {
          name: 'analytics',
          include: ['**/*.analytics.test.ts'],
          exclude,
          testTimeout: 900_000,
          hookTimeout: 300_000,
          globalSetup: ['services/sandbox/stack/testing/globalSetup.ts'],
          maxWorkers: 1,
        },
      },
      {
        // Against MCP for Unity's real server: the contract suite once more, and both fronts side by side.
        test: {
          name: 'unity-real',
          include: ['services/bridge/unity/*.contract.test.ts', 'services/sandbox/unity/*.real.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: ['services/sandbox/unity/testing/installRealServer.ts'],
          setupFiles: ['services/sandbox/unity/testing/realServerHooks.ts'],
          maxWorkers: 3,
        },
      },
    ],
  },
});
