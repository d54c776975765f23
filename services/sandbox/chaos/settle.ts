import { deadLetterStreamName, durableName, streamName } from '../../../shared/contracts/index.ts';
import { waitMs } from '../../../shared/node/lifecycle/index.ts';
import { readStream } from '../../../shared/node/messaging/index.ts';
import { readDeliveries } from './jetStreamApi.ts';
import { countAccepted } from './stores.ts';
import type { World } from './world.ts';

/*
 * After the faults of a round everything has to come to rest by itself: the outbox empty, nothing waiting or unconfirmed
 * on the stream, every accepted event a row (or, where it must be, a dead letter), the replica as far as the primary.
 * Nothing is helped along: what does not come to rest within the limit is a finding.
 */
const pollMs = 50;

/** Where it stands; null when it is at rest. */
async function restlessness(world: World, givenUp: number): Promise<string | null> {
  const status = await world.publisher.ask();
  if (status === undefined) return 'the publisher does not answer';
  if (status.depth > 0) return `${status.depth} events wait in the outbox (publisher ${status.status})`;
  if (status.writing > 0) return `${status.writing} direct writes are under way`;
  const { pending, unacknowledged } = await readDeliveries(world.link, streamName, durableName);
  if (pending + unacknowledged > 0)
    return `${pending} messages wait on the stream, ${unacknowledged} are unacknowledged`;
  const { accepted, poison } = countAccepted(world);
  const [row] = await world.sql('SELECT count(*)::int AS n, pg_current_wal_lsn()::text AS lsn FROM spark_events');
  const missing = accepted - poison - givenUp - Number(row?.['n']);
  if (missing > 0) return `${missing} rows are missing`;
  const { messages } = await readStream(world.link, deadLetterStreamName);
  if (messages < poison) return `${poison - messages} dead letters are missing`;
  const [replica] = await world.sql(`SELECT pg_last_wal_replay_lsn() >= '${String(row?.['lsn'])}'::pg_lsn AS there`, {
    server: 'replica',
  });
  return replica?.['there'] === true ? null : 'the replica is behind';
}

/** Resolves with null, or with what still moves, or does not move, at the limit. */
export async function settle(
  world: World,
  options: {
    readonly limitMs: number;
    readonly signal: AbortSignal;
    /** Events that an earlier round has found to be lost. */
    readonly givenUp: number;
  },
): Promise<string | null> {
  const { limitMs, signal } = options;
  const deadline = performance.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const why = await restlessness(world, options.givenUp).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (why === null || performance.now() > deadline) return why;
    await waitMs(pollMs, signal);
  }
}
