import { randomUUID } from 'node:crypto';
import { AppError, DependencyError } from '../../../../shared/errors/index.ts';
import { retryUntilAborted, waitMs } from '../../../../shared/node/lifecycle/index.ts';
import type { DagRun } from './rest.ts';
import { dagId, type AirflowScheduler } from './scheduler.ts';

/** What runs need of a scheduler. */
type RunsScheduler = Pick<AirflowScheduler, 'rest' | 'watch' | 'command'>;

const pollMs = 1_000;
const dayMs = 86_400_000;
/** On a busy machine the API server may not answer for a minute, while the run goes on. */
const answerWithinMs = 300_000;

/** When the scheduler starts the run that rolls this UTC day (`2026-11-23`): the DAG's own schedule, on the day after. */
export function runOfDay(day: string): string {
  return `${new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10)}T00:15:00Z`;
}

/**
 * Starts a run for a moment through the scheduler, and resolves when it has ended, whichever way. Rejects with
 * `airflow_failed` when a part of Airflow ends, or does not answer for five minutes.
 */
export function runOnce(scheduler: RunsScheduler, moment: string, signal: AbortSignal): Promise<DagRun> {
  return whileRunning(scheduler, signal, async (running) => {
    const id = `once__${randomUUID()}`;
    await patiently(() => scheduler.rest.trigger(id, moment), running);
    for (;;) {
      const run = await patiently(() => scheduler.rest.readRun(id), running);
      if (run.state === 'success' || run.state === 'failed') return run;
      await waitMs(pollMs, running);
    }
  });
}

/**
 * Rolls the UTC days from..to again through the scheduler, by Airflow's own `backfill create`, one after the other. Resolves
 * when all runs have ended, with how many did and how many failed. Rejects as `runOnce` does.
 */
export function backfill(
  scheduler: RunsScheduler,
  days: { readonly from: string; readonly to: string },
  options: { readonly signal: AbortSignal; readonly onProgress?: (done: number, of: number) => void },
): Promise<{ readonly runs: number; readonly failed: number }> {
  const { signal, onProgress } = options;
  const [from, to] = [runOfDay(days.from), runOfDay(days.to)];
  const range = ['--from-date', from, '--to-date', to];
  const how = ['--reprocess-behavior', 'completed', '--max-active-runs', '1'];
  return whileRunning(scheduler, signal, async (running) => {
    await unlocked(
      () => scheduler.command(['backfill', 'create', '--dag-id', dagId, ...range, ...how], running),
      running,
    );
    const count = (...states: string[]): Promise<number> =>
      patiently(() => scheduler.rest.countBackfilled(from, to, states), running);
    let told = -1;
    for (;;) {
      const [runs, open] = [await count(), await count('queued', 'running')];
      if (runs - open !== told) onProgress?.((told = runs - open), runs);
      if (open === 0) return { runs, failed: await count('failed') };
      await waitMs(pollMs, running);
    }
  });
}

/** Asks again while there is no answer; after five minutes without one it rejects with the newest failure. */
function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + answerWithinMs;
  return retryUntilAborted(ask, {
    signal,
    isRetryable: (error) => error instanceof DependencyError && error.retryable && performance.now() < deadline,
    baseMs: pollMs,
    capMs: 5 * pollMs,
  });
}

/**
 * Airflow reads before it writes in one transaction: on SQLite that is refused at once when another process wrote in between,
 * whatever the timeout. It takes back what it had made of the backfill then, so that it can be made again.
 */
function unlocked<T>(create: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadline = performance.now() + answerWithinMs;
  return retryUntilAborted(create, {
    signal,
    isRetryable: (error) =>
      error instanceof AppError && error.message.includes('database is locked') && performance.now() < deadline,
    baseMs: pollMs,
    capMs: 5 * pollMs,
  });
}

/** The signal of `work` aborts also when a part of Airflow ends, with the end of its log as the reason. */
async function whileRunning<T>(
  scheduler: RunsScheduler,
  signal: AbortSignal,
  work: (running: AbortSignal) => Promise<T>,
): Promise<T> {
  const [gone, done] = [new AbortController(), new AbortController()];
  const watched = scheduler.watch(AbortSignal.any([signal, done.signal])).catch((error: unknown) => gone.abort(error));
  const running = AbortSignal.any([signal, gone.signal]);
  try {
    return await work(running);
  } catch (error) {
    // What it failed with is that nobody answers any more.
    running.throwIfAborted();
    throw error;
  } finally {
    done.abort();
    await watched;
  }
}
