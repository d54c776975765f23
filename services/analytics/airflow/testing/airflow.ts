import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { z } from 'zod';
import type { DatabaseConfig } from '../../../../database/pool.ts';
import { toolEnvironment } from '../../../sandbox/stack/environment.ts';
import { runTool } from '../../../sandbox/stack/tool.ts';
import { airflowDir, type AirflowInstall } from './environment.ts';

const runOfDay = z.object({ day: z.string(), state: z.string(), tasks: z.record(z.string(), z.string()) });
/** One run of the DAG: the UTC day that it was for, how it ended, and each task. */
export type RunOfDay = z.infer<typeof runOfDay>;

export interface TestAirflow {
  /** Runs the DAG once per day, `2026-11-01` to and with the last, one after the other. Abort it to kill it with SIGKILL. */
  readonly runDays: (
    first: string,
    last: string,
    given?: { readonly env?: Readonly<Record<string, string>>; readonly signal?: AbortSignal },
  ) => Promise<RunOfDay[]>;
  /** Runs a module of the environment in the DAG's folder, e.g. `ruff check .`; returns what it said. */
  readonly runModule: (module: string, ...args: readonly string[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** An Airflow with a metadata database of its own in a temporary folder, whose `spark_postgres` is the given database. */
export async function makeAirflow(options: {
  readonly python: string;
  readonly database: DatabaseConfig;
  readonly natsUrl: string;
}): Promise<TestAirflow> {
  const { python, natsUrl } = options;
  const home = await mkdtemp(join(tmpdir(), 'spark-airflow-'));
  const environment = {
    ...toolEnvironment(),
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__DAGS_FOLDER: join(airflowDir, 'dags'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW_CONN_SPARK_POSTGRES: connectionUri(options.database),
    NATS_URL: natsUrl,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const run = (args: readonly string[], env = {}, signal = new AbortController().signal): Promise<string> =>
    runTool({
      name: args.slice(0, 3).join(' '),
      command: python,
      args,
      env: { ...environment, ...env },
      cwd: airflowDir,
      signal,
      timeoutMs: 900_000,
    });
  try {
    await run(['-m', 'airflow', 'db', 'migrate']);
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    throw error;
  }
  let reports = 0;
  return {
    runDays: async (first, last, { env, signal } = {}) => {
      const report = join(home, `report-${++reports}.jsonl`);
      await run([join(airflowDir, 'testing', 'run_days.py'), report, first, last], env, signal);
      const lines = (await readFile(report, 'utf8')).trim().split('\n');
      return lines.map((line) => runOfDay.parse(JSON.parse(line)));
    },
    runModule: (module, ...args) => run(['-m', module, ...args]),
    close: () => rm(home, { recursive: true, force: true }),
  };
}

/** The Airflow of a test; without one the test is skipped with the reason. */
export function airflowOr(
  context: TestContext,
  given: { readonly install: AirflowInstall; readonly airflow: TestAirflow | undefined },
): TestAirflow {
  if (given.airflow !== undefined) return given.airflow;
  const skipReason = 'missing' in given.install ? given.install.missing : 'Airflow was not made';
  Object.assign(context.task.meta, { skipReason });
  return context.skip(skipReason);
}

function connectionUri(config: DatabaseConfig): string {
  const { SLATE_DB_USER: user, SLATE_DB_PASSWORD: password, SLATE_DB_HOST: host, SLATE_DB_PORT: port } = config;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}`;
  return `postgresql://${login}@${host}:${port}/${config.SLATE_DB_NAME}`;
}
