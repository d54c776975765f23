import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, DependencyError } from '../../../../shared/errors/index.ts';
import { waitMs } from '../../../../shared/node/lifecycle/index.ts';
import type { DatabaseConfig } from '../../../../database/index.ts';
import { freePort } from '../../engine/port.ts';
import { startProcess, type EngineProcess } from '../../engine/process.ts';
import { runToEnd } from '../../flink/engine/tool.ts';
import { makeRest, type AirflowRest } from './rest.ts';
import { endSession } from './session.ts';
import { airflowEnvironment } from './settings.ts';

export const dagId = 'spark_partitions_and_rollups';

/** Scheduler, DAG processor and API server of Airflow on this machine, on a free loopback port. */
export interface AirflowScheduler {
  readonly rest: AirflowRest;
  /** Where the password of `admin` stands. */
  readonly passwordFile: string;
  /** Rejects with `airflow_failed` when a part ends by itself; resolves when the signal aborts. */
  readonly watch: (signal: AbortSignal) => Promise<void>;
  /** Runs one of Airflow's own commands, e.g. `backfill create …`, and returns what it said. */
  readonly command: (args: readonly string[], signal: AbortSignal) => Promise<string>;
  readonly pids: () => number[];
  readonly stop: () => Promise<void>;
}

export interface SchedulerOptions {
  readonly python: string;
  /** Metadata (SQLite unless AIRFLOW__DATABASE__SQL_ALCHEMY_CONN names another), logs, password. */
  readonly home: string;
  /** The database that the DAG works on. */
  readonly database: DatabaseConfig;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const startTimeoutMs = 600_000;
/** Of each part, its forks counted for themselves. Seen: 330 MB resident at most. */
const memoryMiB = 1_024;
/** dash and bash alike; kibibytes. */
const limited = `ulimit -d ${memoryMiB * 1024}; exec "$@"`;

/**
 * Starts them and waits until all are healthy and the DAG is known; it is not paused. One run of it after the other, two
 * tasks at a time. Rejects with `airflow_failed` and the end of a log; then nothing is left running.
 */
export async function startScheduler(options: SchedulerOptions): Promise<AirflowScheduler> {
  const { python, home, database, signal } = options;
  await mkdir(home, { recursive: true, mode: 0o700 });
  const passwordFile = join(home, 'password.json');
  const password = randomBytes(18).toString('base64url');
  await writeFile(passwordFile, JSON.stringify({ admin: password }), { mode: 0o600 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = airflowEnvironment({
    home,
    database,
    over: {
      AIRFLOW__CORE__EXECUTOR: 'LocalExecutor',
      AIRFLOW__CORE__PARALLELISM: '2',
      AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: 'False',
      AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: passwordFile,
      AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${url}/execution/`,
      AIRFLOW__API__HOST: '127.0.0.1',
      AIRFLOW__API__PORT: String(port),
      AIRFLOW__API__BASE_URL: url,
      AIRFLOW__API__WORKERS: '1',
      AIRFLOW__API_AUTH__JWT_SECRET: randomBytes(32).toString('base64'),
      // Logs are read where they are; with a fixed port a second scheduler on this machine could not start.
      AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(await freePort()),
      // Each arena reserves memory that counts as used.
      MALLOC_ARENA_MAX: '2',
      ...options.env,
    },
  });
  const run = (args: readonly string[], running: AbortSignal): Promise<string> =>
    runToEnd({
      name: `airflow ${args.slice(0, 2).join(' ')}`,
      command: python,
      args: ['-m', 'airflow', ...args],
      cwd: home,
      env,
      signal: running,
      code: 'airflow_failed',
    });
  await run(['db', 'migrate'], signal);

  const parts: EngineProcess[] = [];
  const leaders: number[] = [];
  for (const name of ['api-server', 'dag-processor', 'scheduler']) {
    const part = startProcess({
      name,
      command: '/bin/sh',
      args: ['-c', limited, 'airflow', python, '-m', 'airflow', name],
      cwd: home,
      env,
      logFile: join(home, `${name}.log`),
    });
    parts.push(part);
    const pid = part.pid();
    if (pid !== undefined) leaders.push(pid);
  }
  const stop = async (): Promise<void> => {
    await Promise.all(parts.map((part) => part.stop()));
    // What Airflow left: a task that was running, in a group of its own.
    for (const leader of leaders) endSession(leader);
  };
  const ended = (): EngineProcess | undefined => parts.find((part) => part.pid() === undefined);
  const failure = (part: EngineProcess): AppError =>
    new AppError('airflow_failed', `Airflow's ${part.name} ended. Its log ends with:\n${part.logTail()}`);

  const rest = makeRest({ url, dagId, user: 'admin', password });
  const isUp = async (): Promise<boolean> => (await rest.isHealthy()) && (await rest.hasDag());
  try {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMs)]);
    let last: unknown;
    for (;;) {
      const isReady = await isUp().catch((error: unknown) => {
        // A DAG that cannot be read is no matter of waiting.
        if (!(error instanceof DependencyError)) throw error;
        last = error;
        return false;
      });
      if (isReady) break;
      const gone = ended();
      if (gone !== undefined) throw failure(gone);
      signal.throwIfAborted();
      if (deadline.aborted)
        throw new AppError('airflow_failed', `Airflow was not ready within ${startTimeoutMs / 1_000} s.`, {
          cause: last,
        });
      await waitMs(500, deadline);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    rest,
    passwordFile,
    stop,
    pids: () => leaders,
    command: run,
    async watch(watching) {
      const aborted = new Promise<undefined>((resolve) => {
        watching.addEventListener('abort', () => resolve(undefined), { once: true });
        if (watching.aborted) resolve(undefined);
      });
      const first = await Promise.race([aborted, ...parts.map((part) => part.ended.then(() => part))]);
      if (first !== undefined && !watching.aborted) throw failure(first);
    },
  };
}
