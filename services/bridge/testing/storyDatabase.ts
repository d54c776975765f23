import {
  ensureMonths,
  insertEvents,
  makeDatabase,
  rollDay,
  writeProjections,
  type Database,
} from '../../../database/index.ts';
import { makeFreshDatabase, type FreshDatabase, type TestCluster } from '../../../database/testing/freshDatabase.ts';
import { envelopeSchema, eventSchemas, isEventType, type SparkEvent } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import { tellStory, type StoryClock } from './insightStory.ts';
import { makeTestFolder, openTestJournal, silentLogger } from './testJournal.ts';

/** One story in a journal, and its events in a PostgreSQL of its own as the consumer stores them. */
export interface StoryDatabase {
  readonly journal: Journal;
  readonly clock: StoryClock;
  readonly fresh: FreshDatabase;
  /** On the primary alone, so that nothing waits for the replica; closed with the rest. */
  readonly open: (config: FreshDatabase['config']) => Database;
  /** What waits in the outbox is stored, and acknowledged; returns its UTC days. */
  readonly drain: () => Promise<string[]>;
  readonly roll: (days: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Tells `days` days up to `endMs` and stores them. All but the two last days are rolled: those are due, and counted when
 * they are asked for. `cluster` is seen with the consumer's role.
 */
export async function openStoryDatabase(
  cluster: TestCluster,
  options: { readonly endMs: number; readonly days: number },
): Promise<StoryDatabase> {
  const clock: StoryClock = { nowMs: options.endMs };
  const folder = makeTestFolder();
  const opened: Database[] = [];
  const fresh = await makeFreshDatabase(cluster);
  const journal = openTestJournal(folder.dir, () => clock.nowMs);
  function open(config: FreshDatabase['config']): Database {
    const database = makeDatabase({
      config: { ...config, SLATE_DB_REPLICA_HOST: undefined },
      logger: silentLogger,
      maxConnections: 2,
    });
    opened.push(database);
    return database;
  }
  const consumer = open(fresh.config);

  async function drain(): Promise<string[]> {
    const rows = journal.outbox.pending(100_000);
    const events = rows.map(({ bytes }) => ({ bytes, event: parse(bytes) }));
    const days = [...new Set(events.map(({ event }) => event.timestamp.slice(0, 10)))];
    await consumer.write(async (client) => {
      await ensureMonths(client, days);
      await insertEvents(
        client,
        events.map(({ bytes, event }) => ({
          eventId: event.eventId,
          occurredMs: Date.parse(event.timestamp),
          recordedMs: Date.parse(event.timestamp),
          sessionId: event.sessionId,
          seq: event.seq,
          type: event.type,
          callId: event.callId ?? null,
          userId: null,
          payload: bytes,
        })),
      );
      await writeProjections(
        client,
        events.map(({ event }) => ({ event, recordedAt: event.timestamp })),
      );
    });
    journal.outbox.markAcknowledged(rows.map(({ eventId }, index) => ({ eventId, streamSeq: index + 1 })));
    return days;
  }

  async function roll(days: readonly string[]): Promise<void> {
    for (const day of days) await consumer.write((client) => rollDay(client, day));
  }

  tellStory(journal, clock, options.days);
  await roll((await drain()).toSorted().slice(0, -2));
  return {
    journal,
    clock,
    fresh,
    open,
    drain,
    roll,
    async close() {
      for (const database of opened) await database.close();
      journal.close();
      folder.remove();
      await fresh.drop();
    },
  };
}

function parse(bytes: Uint8Array): SparkEvent {
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  const { type } = envelopeSchema.parse(value);
  if (!isEventType(type)) throw new Error(`${type} is no type of event`);
  return eventSchemas[type].parse(value);
}
