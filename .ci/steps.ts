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

/** So many steps run side by side: each waits much for servers and clocks, or keeps one core busy. */
export const lanes = 2;

/**
 * Rounds come one after the other; a lane that is free takes the next step of its round. What takes longest comes first,
 * and what can fill a gap last, so that both lanes end at about the same time. What a step beside another says is printed
 * whole when it has ended, so that nothing stands between its lines.
 */
export const rounds: readonly (readonly Step[])[] = [
  [script('build', 'build')],
  [
    vitest('integration'),
    script('types', 'typecheck'),
    script('lint', 'lint'),
    script('imports', 'lint:imports'),
    script('unused', 'lint:unused'),
    script('format', 'lint:format'),
    vitest('unit'),
    vitest('unity-real'),
    playwright('gallery'),
    playwright('web'),
    // Of the stories in the desktop app, those that are told everywhere: `npm run qa` runs them all.
    playwright('electron', ['--project', 'desktop', '--grep', '^electron |@everywhere', '--workers', '1']),
  ],
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

/**
 * One project of Playwright's, and `more`, with reports and traces of its own: another step runs at the same time. To
 * record a trace is a third of a browser test's work, so what failed is traced when it is run once more, whether it fails
 * then or not.
 */
function playwright(project: string, more: readonly string[] = []): Step {
  const id = `e2e-${project}`;
  const call = (name: string, trace: 'off' | 'on', files: readonly string[]): Call => {
    const report = join(reports, `${name}.json`);
    const traces = join('.spark', 'e2e', 'results', name);
    return {
      command: [
        'npx',
        '--no',
        'playwright',
        'test',
        '--project',
        project,
        ...more,
        '--output',
        traces,
        '--trace',
        trace,
        ...files,
      ],
      env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report, PLAYWRIGHT_HTML_OUTPUT_DIR: join(reports, `${name}-html`) },
      read: () => readPlaywright(report),
    };
  };
  return { id, ...call(id, 'off', []), again: (files) => call(`${id}-again`, 'on', files) };
}
