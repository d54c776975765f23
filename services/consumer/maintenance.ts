import { ensureMonthsAhead, isServerAway, listDaysDue, rollDay, type Database } from '../../database/index.ts';
import type { Logger } from '../../shared/node/logging/index.ts';
import type { MaintenanceMetrics, MaintenanceStep } from './maintenanceMetrics.ts';

/** Held on the database while one of the instances does it. */
const lockName = 'spark_maintenance';
/** As `spark-db partitions` makes them. */
const monthsAhead = 3;
/**
 * N instances each come by once an hour, and today is due at each visit: what one has rolled the next ones leave alone.
 * Less than the shortest time between two visits of one instance (48 minutes), which must not skip its own.
 */
const restMinutes = 40;

export interface MaintenanceNeeds {
  /** With a time limit for its statements that a day of many events fits into. */
  readonly database: Pick<Database, 'exclusively'>;
  readonly logger: Logger;
  readonly metrics: MaintenanceMetrics;
  readonly signal: AbortSignal;
}

/** `failed`: some of it or all; the rest was done. */
export type MaintenanceOutcome = 'done' | 'failed' | 'elsewhere' | 'stopped';

/** What stays as it is after a failure, and what a person may do. */
const consequences: Readonly<Record<MaintenanceStep, string>> = {
  session:
    'maintenance could not be done; events are written all the same. It is tried again in a few minutes; by hand: spark-db partitions, spark-db rollup --due',
  partitions:
    'the months ahead could not be made; events are written all the same, a batch makes the months that it needs. It is tried again in a few minutes; by hand: spark-db partitions',
  rollup:
    'daily figures could not be made; those of before stay, events are written all the same. It is tried again in a few minutes; by hand: spark-db rollup --due',
};

/**
 * Partitions for this month and the next three, and a roll of every day with events written since its last one, at most
 * every 40 minutes. One of N
 * instances does it, the others find it taken. Each step is for itself: what fails is logged and counted, the rest is
 * done. Never rejects; when `signal` aborts, the statement that runs is cancelled.
 */
export async function maintain({ database, logger, metrics, signal }: MaintenanceNeeds): Promise<MaintenanceOutcome> {
  let failures = 0;
  const failed = (step: MaintenanceStep, error: unknown, day?: string): void => {
    failures += 1;
    metrics.failed(step);
    logger.warn({ err: error, step, ...(day === undefined ? {} : { day }) }, consequences[step]);
  };
  /** A failure of the statement is this step's own; without the server nothing else can be done either. */
  const attempt = async <T>(step: MaintenanceStep, work: () => Promise<T>, day?: string): Promise<T | undefined> => {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || isServerAway(error)) throw error;
      failed(step, error, day);
      return undefined;
    }
  };
  try {
    const { kind } = await database.exclusively({
      name: lockName,
      signal,
      work: async (client) => {
        const months = await attempt('partitions', () => ensureMonthsAhead(client, monthsAhead));
        const due = (await attempt('rollup', () => listDaysDue(client, 'infinity', restMinutes))) ?? [];
        let days = 0;
        for (const { day } of due) {
          if ((await attempt('rollup', () => rollDay(client, day), day)) !== undefined) days += 1;
        }
        logger.info({ monthsMade: months ?? 0, daysRolled: days, failures }, 'maintenance');
      },
    });
    if (kind === 'elsewhere') {
      logger.debug('another instance does the maintenance');
      return 'elsewhere';
    }
  } catch (error) {
    if (signal.aborted) return 'stopped';
    failed('session', error);
  }
  if (failures > 0) return 'failed';
  metrics.succeeded();
  return 'done';
}
