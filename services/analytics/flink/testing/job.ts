import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropReplicationSlot, makeDatabase, windowLatenessSeconds, type Database } from '../../../../database/index.ts';
import { applyRoles, readRolesPlan } from '../../../../database/roles/apply.ts';
import { makeFreshDatabase, type FreshDatabase } from '../../../../database/testing/freshDatabase.ts';
import { clusterOf } from '../../../../database/testing/stackCluster.ts';
import { retryUntilAborted } from '../../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../../shared/node/logging/index.ts';
import { makePassword, type Account } from '../../../sandbox/stack/roles.ts';
import type { StackFacts } from '../../../sandbox/stack/testing/context.ts';
import { startWindowsJob, type WindowsJob, type WindowsJobOptions } from '../job/windowsJob.ts';

/** What a test may set; by default a checkpoint every 2 s and one task at a time. */
type JobLimits = Pick<WindowsJobOptions, 'checkpointSeconds' | 'parallelism' | 'metricsPort'>;

/** A database with the change stream set up by `spark-db roles`, and jobs over it that keep one state. */
export interface TestWindows {
  readonly fresh: FreshDatabase;
  /** As the owner. */
  readonly database: Database;
  /** Starts the job, goes on from its checkpoint unless `since` is given, and watches it until `stop`. */
  readonly start: (since?: Date, limits?: Partial<JobLimits>) => Promise<WindowsJob>;
  /** Ends job and watching. Rejects with what the watching ended with, if it did before. */
  readonly stop: () => Promise<void>;
  /** With the rights of the job; waits until the server has noticed that nobody reads it. */
  readonly dropSlot: () => Promise<void>;
  /** Ends every connection of the job to PostgreSQL. */
  readonly cutConnections: () => Promise<void>;
  readonly slot: string;
  readonly close: () => Promise<void>;
}

export async function makeTestWindows(stack: StackFacts, home: string): Promise<TestWindows> {
  const logger = makeLogger({ name: 'test', level: 'silent' });
  const fresh = await makeFreshDatabase(clusterOf(stack));
  const replication = { user: 'spark_replication', password: makePassword() };
  const as = ({ user, password }: Account) => ({ ...fresh.config, SLATE_DB_USER: user, SLATE_DB_PASSWORD: password });
  const admin = makeDatabase({ config: as(stack.superuser), logger });
  await admin.write(async (client) => {
    const passwords = { spark_replication: replication.password };
    await applyRoles(client, await readRolesPlan(client, passwords, () => Promise.resolve(undefined)));
  });
  await admin.close();

  const database = makeDatabase({ config: fresh.ownerConfig, logger });
  const config = as(replication);
  const ofJob = makeDatabase({ config, logger });
  const stateDir = await mkdtemp(join(tmpdir(), 'spark-flink-'));
  const slot = `${fresh.config.SLATE_DB_NAME}_flink`;
  let running: { readonly job: WindowsJob; readonly end: AbortController; readonly watched: Promise<void> } | undefined;

  async function stop(): Promise<void> {
    const { job, end, watched } = running ?? {};
    running = undefined;
    end?.abort();
    await job?.stop();
    await watched;
  }
  const dropSlot = (): Promise<void> =>
    retryUntilAborted(() => ofJob.write((client) => dropReplicationSlot(client, slot)), {
      signal: AbortSignal.timeout(30_000),
      isRetryable: () => true,
      baseMs: 100,
      capMs: 500,
    });
  return {
    fresh,
    database,
    slot,
    stop,
    dropSlot,
    cutConnections: () =>
      ofJob.write(async (client) => {
        await client.run({
          text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()`,
        });
      }),
    async start(since, asked = {}) {
      const options = { home, stateDir, config, database: ofJob, logger, slot, since };
      const limits = { latenessSeconds: windowLatenessSeconds, checkpointSeconds: 2, parallelism: 1, ...asked };
      const job = await startWindowsJob({ ...options, ...limits }, AbortSignal.timeout(400_000));
      const end = new AbortController();
      const watched = job.watch(end.signal);
      // Seen by `stop`; without this an early end would be an unhandled rejection.
      watched.catch(() => undefined);
      running = { job, end, watched };
      return job;
    },
    async close() {
      await stop().catch(() => undefined);
      await dropSlot();
      await ofJob.close();
      await database.close();
      await fresh.drop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
