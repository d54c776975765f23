import { randomUUID } from 'node:crypto';
import type { ScriptCompiler } from './compiler.ts';
import { fail, succeed, textOf, type Body } from './reply.ts';

/**
 * Unity's test runner: a few edit mode and play mode tests, one after another. Play mode reloads the domain first, and
 * the job survives it, as the plugin's does. A script named `BrokenFeature` makes one test of each mode fail.
 */
export interface TestRuns {
  readonly start: (params: Body) => Body;
  readonly status: (params: Body) => Body;
  /** For the editor's state. */
  readonly running: () => { readonly jobId: string; readonly mode: string; readonly startedMs: number } | null;
  readonly close: () => void;
}

interface Result {
  readonly name: string;
  readonly fullName: string;
  readonly state: 'Passed' | 'Failed';
  readonly durationSeconds: number;
  readonly message: string | null;
  readonly stackTrace: string | null;
  readonly output: string | null;
}

interface Job {
  readonly id: string;
  readonly mode: string;
  readonly startedMs: number;
  readonly names: readonly string[];
  readonly results: Result[];
  finishedMs: number | null;
}

const tests: Readonly<Record<string, readonly string[]>> = {
  EditMode: [
    'SparkSample.Tests.Health.StartsFull',
    'SparkSample.Tests.Health.TakesDamage',
    'SparkSample.Tests.Feature.Works',
  ],
  PlayMode: ['SparkSample.PlayTests.Player.Falls', 'SparkSample.PlayTests.Feature.RunsInAScene'],
};
export const markerScript = 'BrokenFeature';

export function makeTestRuns(options: { readonly compiler: ScriptCompiler; readonly testMs: number }): TestRuns {
  const { compiler, testMs } = options;
  const jobs = new Map<string, Job>();
  let timer: NodeJS.Timeout | undefined;
  let current: Job | null = null;

  const isBroken = (): boolean =>
    compiler.scripts().some(({ types }) => types.some(({ name }) => name === markerScript));

  function resultOf(fullName: string): Result {
    const name = fullName.slice(fullName.lastIndexOf('.') + 1);
    const common = { name, fullName, durationSeconds: testMs / 1000, output: null };
    if (!fullName.includes('.Feature.') || !isBroken()) {
      return { ...common, state: 'Passed', message: null, stackTrace: null };
    }
    return {
      ...common,
      state: 'Failed',
      message: '  Expected: True\n  But was:  False\n',
      stackTrace: `at ${fullName} () [0x00001] in Assets/Tests/FeatureTests.cs:12\n`,
    };
  }

  function next(job: Job): void {
    timer = setTimeout(() => {
      const name = job.names[job.results.length];
      if (name !== undefined) job.results.push(resultOf(name));
      if (job.results.length < job.names.length) return next(job);
      job.finishedMs = Date.now();
      current = null;
    }, testMs);
    timer.unref();
  }

  async function begin(job: Job): Promise<void> {
    if (job.mode === 'PlayMode') await compiler.reload();
    next(job);
  }

  function describe(job: Job, params: Body): Body {
    const failed = job.results.filter(({ state }) => state === 'Failed');
    const isDone = job.finishedMs !== null;
    const details =
      params['includeDetails'] === true ? job.results : params['includeFailedTests'] === true ? failed : null;
    return {
      job_id: job.id,
      status: isDone ? 'succeeded' : 'running',
      mode: job.mode,
      started_unix_ms: job.startedMs,
      finished_unix_ms: job.finishedMs,
      last_update_unix_ms: Date.now(),
      progress: {
        completed: job.results.length,
        total: job.names.length,
        current_test_full_name: job.names[job.results.length] ?? null,
        current_test_started_unix_ms: null,
        last_finished_test_full_name: job.results.at(-1)?.fullName ?? null,
        last_finished_unix_ms: null,
        stuck_suspected: false,
        editor_is_focused: true,
        blocked_reason: null,
        failures_so_far: failed.map(({ fullName, message }) => ({ full_name: fullName, message })),
        failures_capped: false,
      },
      error: null,
      result: isDone
        ? {
            mode: job.mode,
            summary: {
              total: job.results.length,
              passed: job.results.length - failed.length,
              failed: failed.length,
              skipped: 0,
              durationSeconds: (job.results.length * testMs) / 1000,
              resultState: failed.length > 0 ? 'Failed' : 'Passed',
            },
            results: details,
          }
        : null,
    };
  }

  return {
    start(params) {
      const mode = textOf(params, 'mode', 'EditMode');
      if (current !== null) return fail('tests_running', { reason: 'tests_running', retry_after_ms: 5000 });
      const asked = params['testNames'];
      const all = tests[mode] ?? [];
      const names = Array.isArray(asked) ? all.filter((name) => asked.includes(name)) : all;
      const id = randomUUID().replaceAll('-', '');
      const job: Job = { id, mode, startedMs: Date.now(), names, results: [], finishedMs: null };
      jobs.set(id, job);
      current = job;
      void begin(job);
      return succeed('Test job started.', {
        job_id: id,
        status: 'running',
        mode,
        include_details: params['includeDetails'] === true,
        include_failed_tests: params['includeFailedTests'] === true,
      });
    },
    status(params) {
      const job = jobs.get(textOf(params, 'job_id'));
      if (job === undefined) return fail('Unknown job_id.');
      return succeed('Test job status retrieved.', describe(job, params));
    },
    running: () => (current === null ? null : { jobId: current.id, mode: current.mode, startedMs: current.startedMs }),
    close: () => clearTimeout(timer),
  };
}
