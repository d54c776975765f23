import { join } from 'node:path';
import {
  dropReplicationSlot,
  findReplicationSlot,
  findWindowsEnd,
  forgetWindows,
  type Database,
  type DatabaseConfig,
} from '../../../../database/index.ts';
import { AppError, DependencyError } from '../../../../shared/errors/index.ts';
import { retryUntilAborted } from '../../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import { startCluster, type FlinkCluster } from '../engine/cluster.ts';
import type { JobStatus } from '../engine/rest.ts';
import { jobLayout, makeJobScript } from './script.ts';
import { planStart, type StartPlan } from './start.ts';
import { openState } from './state.ts';
import { watchJob } from './watch.ts';

export interface WindowsJobOptions {
  /** Folder of Flink (`installFlink`). */
  readonly home: string;
  /** Outlives the processes; of one job alone. */
  readonly stateDir: string;
  readonly config: DatabaseConfig;
  /** The same, opened. */
  readonly database: Database;
  readonly logger: Logger;
  readonly slot: string;
  readonly since: Date | undefined;
  readonly latenessSeconds: number;
  readonly checkpointSeconds: number;
  readonly parallelism: number;
  /** Where Prometheus reads Flink's own metrics (`makeConfiguration`). */
  readonly metricsPort?: number | undefined;
}

/** The running job with its cluster. */
export interface WindowsJob {
  readonly plan: Exclude<StartPlan, { readonly kind: 'refuse' }>;
  readonly cluster: FlinkCluster;
  readonly status: () => Promise<JobStatus>;
  /** Events that are counted nowhere (`FlinkRest.droppedEvents`). */
  readonly droppedEvents: () => Promise<number>;
  /**
   * Watches it until the signal aborts (then it resolves): a task manager that ended is replaced. Rejects with
   * `flink_failed` when the job cannot go on: it or the job manager ended, the slot is lost.
   */
  readonly watch: (signal: AbortSignal) => Promise<void>;
  /** Ends the cluster; the newest checkpoint stays, the next start goes on from it. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a session cluster and the job in it, and resolves when the job has made its first checkpoint: from then on
 * nothing is counted twice or lost. Rejects with `flink_failed` when what is there does not fit together (`planStart`), or
 * when the job fails again and again although PostgreSQL is there.
 */
export async function startWindowsJob(options: WindowsJobOptions, signal: AbortSignal): Promise<WindowsJob> {
  const { database, slot } = options;
  const findSlot = () => database.write((client) => findReplicationSlot(client, slot));
  const state = openState(options.stateDir);
  const plan = await database.write(async (client) =>
    planStart({
      now: new Date(),
      asked: options.since,
      state: state.newest(),
      layout: jobLayout(),
      slot: await findReplicationSlot(client, slot),
      windowsEnd: await findWindowsEnd(client),
    }),
  );
  if (plan.kind === 'refuse') throw new AppError('flink_failed', `The windows were not started. ${plan.reason}`);
  if (plan.kind === 'anew') {
    if (plan.dropSlot) await database.write((client) => dropReplicationSlot(client, slot));
    state.reset(plan.since, jobLayout());
    await database.write((client) => forgetWindows(client, plan.since));
  }
  const cluster = await startCluster({
    home: options.home,
    runDir: join(options.stateDir, 'run'),
    parallelism: options.parallelism,
    metricsPort: options.metricsPort,
    signal,
  });
  try {
    const script = makeJobScript({
      ...options,
      database: options.config,
      since: plan.since,
      stateUri: state.checkpointsUri,
      restoreFrom: plan.kind === 'restore' ? plan.checkpoint : undefined,
    });
    const jobId = await cluster.submit(script, [options.config.SLATE_DB_PASSWORD ?? ''], signal);
    const watched = watchJob({ findSlot, logger: options.logger, cluster, jobId });
    await watched.untilFirstCheckpoint({ isAnew: plan.kind === 'anew', signal });
    return {
      plan,
      cluster,
      status: () => cluster.rest.status(jobId),
      droppedEvents: () => cluster.rest.droppedEvents(jobId),
      watch: (watching) => watched.untilAborted(watching),
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    // A slot without a checkpoint would keep WAL for nobody, and the next start would refuse it.
    if (plan.kind === 'anew') await dropWhenFree(database, slot);
    throw error;
  }
}

/** The server notices a moment later that its reader is gone. */
const dropWhenFree = (database: Database, slot: string): Promise<void> =>
  retryUntilAborted(() => database.write((client) => dropReplicationSlot(client, slot)), {
    signal: AbortSignal.timeout(20_000),
    isRetryable: (error) => error instanceof DependencyError,
    baseMs: 200,
    capMs: 1_000,
  });
