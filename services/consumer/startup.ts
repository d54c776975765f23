import type { Database } from '../../database/index.ts';
import { DependencyError } from '../../shared/errors/index.ts';
import { retryUntilAborted } from '../../shared/node/lifecycle/index.ts';
import { redactUrl, type Logger } from '../../shared/node/logging/index.ts';
import type { NatsLink } from '../../shared/node/messaging/index.ts';
import type { Settings } from './settings.ts';

/** A server may start after this service does; with SPARK_STRICT_STARTUP the first failure ends it instead. */
export async function waitForServers(needs: {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly link: NatsLink;
  readonly database: Database;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { settings, logger, link, database, signal } = needs;
  const strict = settings.SPARK_STRICT_STARTUP;
  logger.info({ nats: redactUrl(settings.NATS_URL), database: settings.SLATE_DB_HOST }, 'starting');
  await (strict ? readyWithin(10_000, link, signal) : link.ready(signal));
  await retryUntilAborted(() => database.write((client) => client.run({ text: 'SELECT 1' })), {
    signal,
    isRetryable: () => !strict,
    capMs: 5_000,
    onRetry: (error, waitMs) => {
      logger.warn({ err: error, waitMs }, 'waiting for PostgreSQL');
    },
  });
}

/** Waits for NATS; at the limit the error is what keeps it away. */
export async function readyWithin(limitMs: number, link: NatsLink, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    await link.ready(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    const status = link.status();
    const why = status.kind === 'connecting' ? status.detail : status.kind;
    throw new DependencyError('nats_unavailable', `NATS_URL: not reached within ${limitMs / 1_000} s: ${why}.`, {
      retryable: true,
      cause: error,
    });
  }
}
