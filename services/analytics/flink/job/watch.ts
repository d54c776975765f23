import type { ReplicationSlot } from '../../../../database/index.ts';
import { AppError, DependencyError } from '../../../../shared/errors/index.ts';
import { waitMs } from '../../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../../shared/node/logging/index.ts';
import type { FlinkCluster } from '../engine/cluster.ts';
import type { JobStatus } from '../engine/rest.ts';

/** Of the cluster, what the watching needs. */
export type WatchedCluster = Pick<FlinkCluster, 'jobManager' | 'taskManager' | 'startTaskManager'> & {
  readonly rest: Pick<FlinkCluster['rest'], 'status' | 'checkpoint' | 'droppedEvents'>;
};

export interface WatchedJob {
  /**
   * Asks for the first checkpoint as soon as the job runs, and resolves when it is made. Rejects with `flink_failed` when
   * the job cannot go on, or failed so often (`failuresAtStart`) that waiting does not help.
   */
  readonly untilFirstCheckpoint: (given: { readonly isAnew: boolean; readonly signal: AbortSignal }) => Promise<void>;
  /** Resolves when the signal aborts; rejects with `flink_failed` when the job cannot go on. */
  readonly untilAborted: (signal: AbortSignal) => Promise<void>;
}

const watchMs = 1_000;
const lookAtSlotMs = 30_000;
/** Flink tries again after 1, 1.5, 2.3 s …: what is only slow to come back has come back by then. */
const failuresAtStart = 4;
/** What Flink tells of a job that it does not try again. */
const ends = new Set(['FAILED', 'CANCELED', 'FINISHED', 'SUSPENDED']);
const kept = 'What was counted and the checkpoint are kept.';

export function watchJob(given: {
  /** The job's slot as PostgreSQL has it; rejects with a `DependencyError` while that is away. */
  readonly findSlot: () => Promise<ReplicationSlot | undefined>;
  readonly logger: Logger;
  readonly cluster: WatchedCluster;
  readonly jobId: string;
}): WatchedJob {
  const { findSlot, logger, cluster, jobId } = given;
  let told: string | undefined;
  let dropped = 0;
  let isSilent = false;

  /** Rejects when it cannot go on; undefined while a busy job manager does not answer. */
  async function look(signal: AbortSignal): Promise<JobStatus | undefined> {
    if (cluster.jobManager.pid() === undefined)
      throw new AppError(
        'flink_failed',
        `Flink's job manager ended: ${await cluster.jobManager.ended}. ${kept} Start it again.`,
      );
    if (cluster.taskManager().pid() === undefined) {
      logger.warn({ how: await cluster.taskManager().ended }, 'the task manager ended; another one is started');
      await cluster.startTaskManager(signal);
    }
    const now = await cluster.rest.status(jobId).catch((error: unknown) => {
      if (!isSilent) logger.warn({ err: error }, "Flink's job manager does not tell of the job; it is asked again");
      return undefined;
    });
    isSilent = now === undefined;
    if (now !== undefined && ends.has(now.state))
      throw new AppError(
        'flink_failed',
        `The job ended (${now.state}): ${now.failure ?? 'Flink does not say why'}. ${kept} Mend the cause and start it again.`,
      );
    if (now !== undefined && now.failure !== told) {
      logger.warn({ failure: now.failure, state: now.state }, 'the job failed and tries again by itself');
      told = now.failure;
    }
    return now;
  }

  /** Whether PostgreSQL is there. When it is away, the job waits for it as well. Rejects when the slot is lost. */
  async function lookAtSlot(): Promise<boolean> {
    try {
      const found = await findSlot();
      if (found !== undefined && found.walStatus !== 'lost') return true;
    } catch (error) {
      if (!(error instanceof DependencyError)) throw error;
      logger.warn({ err: error }, 'PostgreSQL is away; the job waits for it');
      return false;
    }
    throw new AppError(
      'flink_failed',
      'The replication slot is lost: changes are missing from here on. What was counted is kept. Start again; it says from which hour to count anew.',
    );
  }

  /** No event can be (windows.sql); should one be all the same, it is said, once for each start of the job and number. */
  async function lookAtDropped(): Promise<void> {
    const found = await cluster.rest.droppedEvents(jobId).catch(() => dropped);
    if (found > dropped)
      logger.error(
        { dropped: found },
        'events are in no window; "analytics:flink check" names the hours to count anew with --since',
      );
    dropped = found;
  }

  return {
    async untilFirstCheckpoint({ isAnew, signal }) {
      for (;;) {
        signal.throwIfAborted();
        const now = await look(signal);
        if (now !== undefined && now.checkpoints > 0) return;
        // Flink would try again by itself; but what it read of the history before would not fit to its second slot.
        if (isAnew && now?.failure !== undefined)
          throw new AppError(
            'flink_failed',
            `The job did not start: ${now.failure}. Nothing was counted; mend the cause and start it again.`,
          );
        if (now !== undefined && now.failures >= failuresAtStart && (await lookAtSlot()))
          throw new AppError(
            'flink_failed',
            `The job cannot go on from its checkpoint; it failed ${now.failures} times. The newest: ${now.failure ?? 'it does not say why'}. ${kept} Mend the cause and start it again.`,
          );
        // Asked for again half a second later when it was not taken.
        if (now?.canCheckpoint === true) await cluster.rest.checkpoint(jobId).catch(() => undefined);
        await waitMs(watchMs / 2, signal);
      }
    },
    async untilAborted(signal) {
      let lookedAtMs = 0;
      while (!signal.aborted) {
        await look(signal);
        if (performance.now() - lookedAtMs > lookAtSlotMs) {
          await lookAtSlot();
          await lookAtDropped();
          lookedAtMs = performance.now();
        }
        await waitMs(watchMs, signal);
      }
    },
  };
}
