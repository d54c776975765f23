import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { z } from 'zod';
import type { DatabaseConfig } from '../../../../database/index.ts';
import { repositoryDir } from '../../../sandbox/stack/paths.ts';
import { runToEnd } from '../../flink/engine/tool.ts';
import { airflowDir, installAirflow, type AirflowInstall } from '../engine/install.ts';
import { airflowEnvironment } from '../engine/settings.ts';

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
  const run = (args: readonly string[], env = {}, signal?: AbortSignal): Promise<string> =>
    runToEnd({
      name: args.slice(0, 3).join(' '),
      command: python,
      args,
      env: airflowEnvironment({ home, database: options.database, over: { NATS_URL: natsUrl, ...env } }),
      cwd: airflowDir,
      signal: AbortSignal.any([AbortSignal.timeout(900_000), ...(signal === undefined ? [] : [signal])]),
      code: 'airflow_failed',
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

/** What tests run with: installed when missing, in the cache that all of them share. */
export const installForTests = (): Promise<AirflowInstall> =>
  installAirflow({ cacheDir: join(repositoryDir, '.spark', 'cache'), signal: new AbortController().signal });

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
