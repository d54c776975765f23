import { join } from 'node:path';
import { readPlaywright, readVitest, type Outcome } from './reports.ts';

/** Where runners leave their reports and what they said. */
export const reports = join('.spark', 'reports');

/** One way to call a runner. */
export interface Call {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Reads the runner's own report; without it the call counts as one test, by its exit code. */
  readonly read?: () => Promise<Outcome[]>;
}

export interface Step extends Call {
  readonly id: string;
  /** Calls these files alone, with a report of its own; what the first call left stays. */
  readonly again?: (files: readonly string[]) => Call;
}

/**
 * Rounds come one after the other. The lanes of a round run side by side: each waits much for servers and clocks. What a
 * step of a lane says is printed whole when it has ended, so that nothing stands between its lines.
 */
export const rounds: readonly (readonly (readonly Step[])[])[] = [
  [[script('build', 'build')]],
  [
    [
      script('types', 'typecheck'),
      script('lint', 'lint'),
      script('imports', 'lint:imports'),
      script('unused', 'lint:unused'),
      script('format', 'lint:format'),
      vitest('unit'),
      vitest('unity-real'),
    ],
    [vitest('integration')],
  ],
  [[playwright()]],
];

function script(id: string, name: string): Step {
  return { id, command: ['npm', 'run', '--silent', name] };
}

function vitest(project: string): Step {
  const call = (report: string, files: readonly string[]): Call => ({
    command: [
      'npx',
      '--no',
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...files,
    ],
    read: () => readVitest(report),
  });
  return {
    id: project,
    ...call(join(reports, `${project}.json`), []),
    again: (files) => call(join(reports, `${project}-again.json`), files),
  };
}

function playwright(): Step {
  const command = ['npx', '--no', 'playwright', 'test'];
  const second = join(reports, 'e2e-again.json');
  return {
    id: 'e2e',
    command,
    read: () => readPlaywright(join(reports, 'e2e.json')),
    again: (files) => ({
      command: [...command, '--output', join('.spark', 'e2e', 'results-again'), ...files],
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: second, PLAYWRIGHT_HTML_OUTPUT_DIR: join(reports, 'e2e-html-again') },
      read: () => readPlaywright(second),
    }),
  };
}
