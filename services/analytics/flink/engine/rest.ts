import { z } from 'zod';
import { AppError } from '../../../../shared/errors/index.ts';

const overview = z.object({ taskmanagers: z.number(), 'slots-total': z.number() });
const job = z.object({
  name: z.string(),
  state: z.string(),
  vertices: z.array(z.object({ id: z.string(), status: z.string() })),
});
const metrics = z.array(z.object({ id: z.string(), sum: z.number().optional() }));
const checkpoints = z.object({
  counts: z.object({ completed: z.number(), failed: z.number(), in_progress: z.number() }),
  latest: z.object({
    completed: z.object({ id: z.number(), state_size: z.number(), end_to_end_duration: z.number() }).nullable(),
  }),
});
const accepted = z.object({ 'request-id': z.string() });
const exceptions = z.object({
  exceptionHistory: z.object({ entries: z.array(z.looseObject({ stacktrace: z.string() })) }),
});

/** What a job is doing, as its job manager tells. */
export interface JobStatus {
  /** `RUNNING`, `RESTARTING`, `FAILED`, … */
  readonly state: string;
  readonly checkpoints: number;
  /** Every part of it runs and no checkpoint is being made: one can be asked for. */
  readonly canCheckpoint: boolean;
  /** Bytes and milliseconds of the newest checkpoint of this run. */
  readonly newest: { readonly bytes: number; readonly durationMs: number } | undefined;
  /** How often it failed since it was submitted; Flink counts no further than 16. */
  readonly failures: number;
  /** First line of the newest failure and of what caused it; undefined while nothing failed. */
  readonly failure: string | undefined;
}

/** The job manager's REST interface. Every call rejects with `flink_failed` when it does not answer. */
export interface FlinkRest {
  readonly url: string;
  readonly taskManagers: () => Promise<number>;
  readonly status: (jobId: string) => Promise<JobStatus>;
  /** Asks for a checkpoint now; `status` tells when there is one. */
  readonly checkpoint: (jobId: string) => Promise<void>;
  /** Events that windows refused since the job's last start. They are counted nowhere. */
  readonly droppedEvents: (jobId: string) => Promise<number>;
}

export function makeRest(url: string): FlinkRest {
  const get = <T>(path: string, shape: z.ZodType<T>): Promise<T> => ask(path, shape, {});
  async function ask<T>(path: string, shape: z.ZodType<T>, request: RequestInit): Promise<T> {
    try {
      const response = await fetch(`${url}${path}`, { ...request, signal: AbortSignal.timeout(10_000) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return shape.parse(await response.json());
    } catch (error) {
      throw new AppError('flink_failed', `Flink's job manager at ${url} did not answer ${path}: ${String(error)}`, {
        cause: error,
      });
    }
  }
  return {
    url,
    taskManagers: async () => (await get('/overview', overview)).taskmanagers,
    async checkpoint(jobId) {
      const body = JSON.stringify({ checkpointType: 'CONFIGURED' });
      const headers = { 'content-type': 'application/json' };
      await ask(`/jobs/${jobId}/checkpoints`, accepted, { method: 'POST', headers, body });
    },
    async droppedEvents(jobId) {
      let sum = 0;
      for (const { id } of (await get(`/jobs/${jobId}`, job)).vertices) {
        const path = `/jobs/${jobId}/vertices/${id}/subtasks/metrics`;
        const names = (await get(path, metrics))
          .map((metric) => metric.id)
          .filter((name) => name.endsWith('.numLateRecordsDropped'));
        if (names.length === 0) continue;
        const query = new URLSearchParams({ get: names.join(), agg: 'sum' });
        for (const metric of await get(`${path}?${query.toString()}`, metrics)) sum += metric.sum ?? 0;
      }
      return sum;
    },
    async status(jobId) {
      const [{ state, vertices }, kept, failed] = await Promise.all([
        get(`/jobs/${jobId}`, job),
        get(`/jobs/${jobId}/checkpoints`, checkpoints),
        get(`/jobs/${jobId}/exceptions`, exceptions),
      ]);
      const { completed } = kept.latest;
      return {
        state,
        checkpoints: kept.counts.completed,
        canCheckpoint: kept.counts.in_progress === 0 && vertices.every(({ status }) => status === 'RUNNING'),
        newest:
          completed === null ? undefined : { bytes: completed.state_size, durationMs: completed.end_to_end_duration },
        failures: failed.exceptionHistory.entries.length,
        failure: summaryOf(failed.exceptionHistory.entries[0]?.stacktrace),
      };
    },
  };
}

/** The message on top of a Java stack trace and the innermost cause: the rest is where in Flink it happened. */
function summaryOf(stack: string | undefined): string | undefined {
  if (stack === undefined) return undefined;
  const lines = stack.split('\n');
  const cause = lines.findLast((line) => line.startsWith('Caused by: '));
  return [lines[0], cause].filter((line) => line !== undefined).join(' … ');
}
