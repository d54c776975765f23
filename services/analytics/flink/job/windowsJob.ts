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
import { retryUntilAborted, waitMs } from '../../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import { startCluster, type FlinkCluster } from '../engine/cluster.ts';
import type { JobStatus } from '../engine/rest.ts';
import { makeJobScript } from './script.ts';
import { planStart, type StartPlan } from './start.ts';
import { openState } from './state.ts';

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
   * `flink_failed` when the job cannot go on: the job manager ended, the slot is lost.
   */
  readonly watch: (signal: AbortSignal) => Promise<void>;
  /** Ends the cluster; the newest checkpoint stays, the next start goes on from it. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a session cluster and the job in it, and resolves when the job has made its first checkpoint: from then on
 * nothing is counted twice or lost. Rejects with `flink_failed` when what is there does not fit together (`planStart`).
 */
export async function startWindowsJob(options: WindowsJobOptions, signal: AbortSignal): Promise<WindowsJob> {
  const { database, logger, slot } = options;
  const state = openState(options.stateDir);
  const plan = await database.write(async (client) =>
    planStart({
      now: new Date(),
      asked: options.since,
      state: state.newest(),
      slot: await findReplicationSlot(client, slot),
      windowsEnd: await findWindowsEnd(client),
    }),
  );
  if (plan.kind === 'refuse') throw new AppError('flink_failed', `The windows were not started. ${plan.reason}`);
  if (plan.kind === 'anew') {
    if (plan.dropSlot) await database.write((client) => dropReplicationSlot(client, slot));
    state.reset(plan.since);
    await database.write((client) => forgetWindows(client, plan.since));
  }
  const cluster = await startCluster({ home: options.home, runDir: join(options.stateDir, 'run'), signal });
  try {
    const script = makeJobScript({
      ...options,
      database: options.config,
      since: plan.since,
      stateUri: state.checkpointsUri,
      restoreFrom: plan.kind === 'restore' ? plan.checkpoint : undefined,
    });
    const jobId = await cluster.submit(script, signal);
    const status = () => cluster.rest.status(jobId);
    const droppedEvents = () => cluster.rest.droppedEvents(jobId);
    await firstCheckpoint({ status, isAnew: plan.kind === 'anew', signal });
    return {
      plan,
      cluster,
      status,
      droppedEvents,
      watch: (watching) => watch({ database, logger, slot, cluster, status, droppedEvents, signal: watching }),
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    // A slot without a checkpoint would keep WAL for nobody, and the next start would refuse it.
    if (plan.kind === 'anew') await dropWhenFree(database, slot);
    throw error;
  }
}

async function firstCheckpoint(given: {
  readonly status: () => Promise<JobStatus>;
  readonly isAnew: boolean;
  readonly signal: AbortSignal;
}): Promise<void> {
  for (;;) {
    given.signal.throwIfAborted();
    const { state, checkpoints, failure } = await given.status();
    if (checkpoints > 0) return;
    // Flink would try again by itself; but what it read of the history before would not fit to its second slot.
    if (state === 'FAILED' || (given.isAnew && failure !== undefined))
      throw new AppError('flink_failed', `The job did not start: ${failure ?? state}`);
    await waitMs(500);
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

const watchMs = 1_000;
const lookAtSlotMs = 30_000;

async function watch(given: {
  readonly database: Database;
  readonly logger: Logger;
  readonly slot: string;
  readonly cluster: FlinkCluster;
  readonly status: () => Promise<JobStatus>;
  readonly droppedEvents: () => Promise<number>;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { cluster, logger, signal } = given;
  let told: string | undefined;
  let lookedAtMs = 0;
  while (!signal.aborted) {
    if (cluster.jobManager.pid() === undefined)
      throw new AppError(
        'flink_failed',
        `Flink's job manager ended: ${await cluster.jobManager.ended}. Start it again.`,
      );
    if (cluster.taskManager().pid() === undefined) {
      logger.warn({ how: await cluster.taskManager().ended }, 'the task manager ended; another one is started');
      await cluster.startTaskManager(signal);
    }
    // A job manager that is busy answers later; one that ended is seen above.
    const now = await given.status().catch(() => undefined);
    if (now?.state === 'FAILED')
      throw new AppError('flink_failed', `The job failed: ${now.failure ?? 'it does not say why'}`);
    if (now !== undefined && now.failure !== told) {
      logger.warn({ failure: now.failure, state: now.state }, 'the job failed and goes on from its checkpoint');
      told = now.failure;
    }
    if (performance.now() - lookedAtMs > lookAtSlotMs) {
      await lookAtSlot(given);
      await lookAtDropped(given);
      lookedAtMs = performance.now();
    }
    await waitMs(watchMs, signal);
  }
}

/**
 * How far time has come is not part of a checkpoint. Old events that are the very first after a restart may therefore not
 * be seen as late, and the windows refuse them.
 */
async function lookAtDropped(given: { readonly logger: Logger; readonly droppedEvents: () => Promise<number> }) {
  const dropped = await given.droppedEvents().catch(() => 0);
  if (dropped > 0)
    given.logger.error(
      { dropped },
      'old events right after a restart are in no window; "analytics:flink check" names the hours to count anew with --since',
    );
}

/** PostgreSQL that is away says nothing about the slot: the job waits for it as well. */
async function lookAtSlot(given: { readonly database: Database; readonly logger: Logger; readonly slot: string }) {
  try {
    const found = await given.database.write((client) => findReplicationSlot(client, given.slot));
    if (found !== undefined && found.walStatus !== 'lost') return;
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    given.logger.warn({ err: error }, 'PostgreSQL is away; the job waits for it');
    return;
  }
  throw new AppError(
    'flink_failed',
    'The replication slot is lost: changes are missing from here on. What was counted is kept. Start again; it says from which hour to count anew.',
  );
}
