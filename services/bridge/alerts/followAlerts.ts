import type { Database } from '../../../database/index.ts';
import { alertSchema, alertSourceOf, alertSubjects, type Alert } from '../../../shared/contracts/index.ts';
import { DependencyError } from '../../../shared/errors/index.ts';
import { retryUntilAborted, waitMs } from '../../../shared/node/lifecycle/index.ts';
import type { Logger } from '../../../shared/node/logging/index.ts';
import type { Push } from '../pushBus.ts';
import type { Publishing } from '../publishing.ts';
import { makeOpenAlerts, maxOpen } from './openAlerts.ts';
import { readBack } from './readBack.ts';

/**
 * What was told just before may not be kept yet, or not be on the replica: read again this long after. A keeper that is
 * behind for longer is told by its own alert.
 */
const againAfterMs = [2_000, 10_000, 60_000];

/**
 * What the engines tell on `alerts.spark.>`, for the window. What was told before this program listened, or while its
 * connection was away, is read from the database where there is one; while that cannot be read it is tried again until
 * `signal` aborts. Returns the open alerts, newest first, at most `maxOpen`.
 */
export function followAlerts(needs: {
  readonly listen: Publishing['listen'];
  /** Null where none is configured. */
  readonly database: Pick<Database, 'read'> | null;
  readonly push: Push;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** `againAfterMs` unless given. */
  readonly rereadMs?: readonly number[];
}): () => readonly Alert[] {
  const { listen, database, push, logger, signal, rereadMs = againAfterMs } = needs;
  const open = makeOpenAlerts();
  let reading = new AbortController();

  function take(alert: Alert): void {
    if (open.take(alert)) push({ name: 'alert.changed', payload: { alert } });
  }

  async function readOnce(from: Pick<Database, 'read'>): Promise<void> {
    const { alerts, isCut } = await readBack(from, open.list());
    for (const alert of alerts.toSorted((a, b) => a.raisedAt.localeCompare(b.raisedAt))) take(alert);
    if (isCut) logger.warn({ shown: maxOpen }, 'more alerts are open than are shown: the newest are');
  }

  async function catchUp(from: Pick<Database, 'read'>, until: AbortSignal): Promise<void> {
    for (const ms of [0, ...rereadMs]) {
      await waitMs(ms, until);
      await retryUntilAborted(() => readOnce(from), {
        signal: until,
        // Rights and tables that are missing are made while this program runs.
        isRetryable: (error) => error instanceof DependencyError,
        onRetry: (error, nextMs, n) => {
          if (n > 0) return;
          logger.info(
            { err: error, nextMs },
            'open alerts cannot be read; those that are told are shown, and it is tried again',
          );
        },
        baseMs: 1_000,
        capMs: 60_000,
      });
    }
  }

  /** Whatever was being read is of before. */
  function beginReading(): void {
    reading.abort();
    reading = new AbortController();
    const until = AbortSignal.any([signal, reading.signal]);
    if (database === null) return;
    catchUp(database, until).catch((error: unknown) => {
      if (!until.aborted) logger.error({ err: error }, 'open alerts are not read any more');
    });
  }

  listen({
    subject: alertSubjects[0],
    onMessage({ subject, data }) {
      const alert = parseAlert(data);
      // The consumer keeps it as a dead letter with the reason.
      if (alert === null || alert.source !== alertSourceOf(subject)) logger.warn({ subject }, 'this is no alert');
      else take(alert);
    },
    onListening: beginReading,
    onRefused: (error) => {
      logger.info({ err: error }, 'this user of NATS may not hear alerts: none are shown');
    },
  });
  return open.list;
}

function parseAlert(data: Uint8Array): Alert | null {
  try {
    return alertSchema.parse(JSON.parse(Buffer.from(data).toString('utf8')));
  } catch {
    return null;
  }
}
