import { z } from 'zod';
import { AppError, DependencyError } from '../../../shared/errors/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import { parseData, throwIfCancelled, type UnityCalls } from './calls.ts';
import { toUnityError } from './failures.ts';
import type { UnityTests } from './testTypes.ts';

const startedData = z.object({ job_id: z.string() });
const stateData = z.object({
  tests: z.object({ is_running: z.boolean().nullish(), current_job_id: z.string().nullish() }).nullish(),
});
const jobData = z.object({
  status: z.string(),
  error: z.string().nullish(),
  progress: z.object({ completed: z.int().nullish(), total: z.int().nullish() }).nullish(),
  result: z
    .object({
      summary: z.object({
        total: z.int(),
        passed: z.int(),
        failed: z.int(),
        skipped: z.int(),
        durationSeconds: z.number(),
      }),
      results: z
        .array(
          z.object({
            fullName: z.string(),
            state: z.string(),
            message: z.string().nullish(),
            stackTrace: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/**
 * Unity's tests: started, then polled. A play mode run reloads the domain; the plugin keeps its job through that, and the
 * polls are sent again while Unity is away. A start whose reply was lost is found by the editor's own state.
 */
export function makeTestRuns(deps: {
  readonly calls: Pick<UnityCalls, 'attempt' | 'read' | 'readResource'>;
  readonly pollMs: number;
}): UnityTests {
  const { calls, pollMs } = deps;

  async function start(mode: string, testNames: readonly string[], signal: AbortSignal): Promise<string> {
    const names = testNames.length === 0 ? {} : { test_names: [...testNames] };
    const args = { mode, ...names, include_failed_tests: true };
    const reply = await calls.attempt('run_tests', args, signal);
    if (reply.kind === 'reply') return parseData(startedData, reply, 'run_tests').job_id;
    const isLost = reply.kind === 'may_have_run' || (reply.kind === 'server_gone' && reply.sent);
    if (!isLost) throw toUnityError(reply, { tool: 'run_tests', write: false });
    const { tests } = await calls.readResource('mcpforunity://editor/state', stateData, signal);
    if (tests?.is_running === true && tests.current_job_id != null) return tests.current_job_id;
    throw new DependencyError('unity_failed', 'Unity did not confirm the start of the tests. Ask for them again.', {
      retryable: true,
      data: { tool: 'run_tests', unity: reply.message },
    });
  }

  return {
    async unityRunTests({ mode, testNames }, { signal, onProgress }) {
      const jobId = await start(mode, testNames, signal);
      for (;;) {
        await waitMs(pollMs, signal);
        throwIfCancelled(signal);
        const args = { job_id: jobId, include_failed_tests: true };
        const job = await calls.read('get_test_job', args, jobData, signal);
        onProgress(job.progress?.completed ?? 0, job.progress?.total ?? 0);
        if (job.status === 'running') continue;
        if (job.status !== 'succeeded' || job.result == null) {
          throw new AppError('unity_failed', `The test run broke: ${job.error ?? 'Unity gave no reason'}.`, {
            data: { jobId },
          });
        }
        const { summary, results } = job.result;
        const { total, passed, failed, skipped, durationSeconds } = summary;
        return {
          mode,
          total,
          passed,
          failed,
          skipped,
          durationMs: Math.round(durationSeconds * 1_000),
          failures: (results ?? [])
            .filter(({ state }) => state.toLowerCase() === 'failed')
            .map(({ fullName, message, stackTrace }) => ({
              name: fullName,
              message: (message ?? '').trim(),
              stack: (stackTrace ?? '').trim(),
            })),
        };
      }
    },
  };
}
