import { z } from 'zod';
import { AppError, DependencyError } from '../../../../shared/errors/index.ts';

const component = z.object({ status: z.string().nullable() });
const health = z.object({ scheduler: component, dag_processor: component });
const importErrors = z.object({ import_errors: z.array(z.object({ stack_trace: z.string() })) });
const run = z.object({
  dag_run_id: z.string(),
  logical_date: z.string().nullable(),
  run_type: z.string(),
  state: z.string(),
});
const runs = z.object({ total_entries: z.number(), dag_runs: z.array(run) });
const tasks = z.object({ task_instances: z.array(z.object({ task_id: z.string(), state: z.string().nullable() })) });

export interface DagRun {
  readonly id: string;
  /** `queued`, `running`, `success`, `failed`. */
  readonly state: string;
  /** State of each task that has one. */
  readonly tasks: Readonly<Record<string, string>>;
}

/**
 * Airflow's REST interface. Every call rejects with `airflow_failed` when it is not answered within half a minute or refused,
 * as a `DependencyError`: `retryable` unless it was refused (HTTP 4xx).
 */
export interface AirflowRest {
  readonly url: string;
  readonly isHealthy: () => Promise<boolean>;
  /** Whether the scheduler knows the DAG. Rejects with what is wrong when it cannot be read. */
  readonly hasDag: () => Promise<boolean>;
  /** Starts a run of that id for this moment (ISO 8601). Resolves also when it was started by an earlier question, unanswered. */
  readonly trigger: (id: string, logicalDate: string) => Promise<void>;
  readonly readRun: (id: string) => Promise<DagRun>;
  /** Of the backfilled runs between two moments, how many there are in these states. */
  readonly countBackfilled: (from: string, to: string, states: readonly string[]) => Promise<number>;
}

const wasRefused = (error: unknown, status: number): boolean =>
  error instanceof DependencyError && error.data['status'] === status;

export function makeRest(options: {
  readonly url: string;
  readonly dagId: string;
  readonly user: string;
  readonly password: string;
}): AirflowRest {
  const { url, dagId, user, password } = options;
  let token: string | undefined;

  async function ask<T>(path: string, shape: z.ZodType<T>, body?: unknown): Promise<T> {
    let status: number | undefined;
    try {
      const response = await fetch(`${url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      ({ status } = response);
      if (!response.ok) throw new Error(`HTTP ${status} ${(await response.text()).slice(0, 500)}`);
      return shape.parse(await response.json());
    } catch (error) {
      throw new DependencyError('airflow_failed', `Airflow at ${url} did not answer ${path}: ${String(error)}`, {
        retryable: status === undefined || status >= 500,
        data: { status },
        cause: error,
      });
    }
  }
  /** With a login; the token lives longer than this program's questions, a refused one is replaced at the next call. */
  async function call<T>(path: string, shape: z.ZodType<T>, body?: unknown): Promise<T> {
    token ??= (await ask('/auth/token', z.object({ access_token: z.string() }), { username: user, password }))
      .access_token;
    try {
      return await ask(path, shape, body);
    } catch (error) {
      token = undefined;
      throw error;
    }
  }
  const dag = `/api/v2/dags/${dagId}`;
  const pathOf = (id: string): string => `${dag}/dagRuns/${encodeURIComponent(id)}`;
  return {
    url,
    async isHealthy() {
      const { scheduler, dag_processor: processor } = await ask('/api/v2/monitor/health', health);
      return scheduler.status === 'healthy' && processor.status === 'healthy';
    },
    async hasDag() {
      const { import_errors: wrong } = await call('/api/v2/importErrors', importErrors);
      if (wrong[0] !== undefined)
        throw new AppError('airflow_failed', `Airflow cannot read the DAG:\n${wrong[0].stack_trace}`);
      const known = z.object({ dags: z.array(z.object({ dag_id: z.string() })) });
      return (await call('/api/v2/dags', known)).dags.some(({ dag_id: id }) => id === dagId);
    },
    async trigger(id, logicalDate) {
      try {
        await call(`${dag}/dagRuns`, run, { dag_run_id: id, logical_date: logicalDate });
      } catch (error) {
        if (!wasRefused(error, 409)) throw error;
        try {
          await call(pathOf(id), run);
        } catch (looking) {
          // Another run for that moment is refused in the same way; a question without an answer is asked again.
          throw wasRefused(looking, 404) ? error : looking;
        }
      }
    },
    async readRun(id) {
      const path = pathOf(id);
      const { state } = await call(path, run);
      const { task_instances: found } = await call(`${path}/taskInstances`, tasks);
      return {
        id,
        state,
        tasks: Object.fromEntries(found.map(({ task_id: task, state: at }) => [task, at ?? 'none'])),
      };
    },
    async countBackfilled(from, to, states) {
      const query = new URLSearchParams({
        run_type: 'backfill',
        logical_date_gte: from,
        logical_date_lte: to,
        limit: '1',
      });
      for (const state of states) query.append('state', state);
      return (await call(`${dag}/dagRuns?${query.toString()}`, runs)).total_entries;
    },
  };
}
