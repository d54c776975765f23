import { Command } from 'commander';
import { databaseVariables } from '../../database/index.ts';
import { openRawClient, type RawClient } from '../../database/testing/rawClient.ts';
import { loadConfig, readEnvironment } from '../../shared/node/config/index.ts';
import { runProgram } from '../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../shared/node/logging/index.ts';
import { connectNats } from '../../shared/node/messaging/index.ts';
import { openBenchStream, type FetchedMessage } from '../../shared/node/messaging/testing/benchStream.ts';

/*
 * A consumer as one writes it first, to compare with: fetch, parse, one INSERT, acknowledge each, and again. It is right
 * (acknowledged after the commit, repeats do nothing) and does one thing after the other. It has no dead letters, no
 * typed tables, and one bad message stops it.
 */
const command = new Command('bench-naive').requiredOption('--durable <name>', 'durable to read');
command.parse();
const { durable } = command.opts<{ durable: string }>();
const batchSize = 1_000;

const logger = makeLogger({ name: 'bench-naive', level: 'warn' });
await runProgram({
  logger,
  async run(lifecycle) {
    const config = loadConfig(readEnvironment(), [...databaseVariables, 'NATS_URL'], ['SLATE_DB_HOST', 'NATS_URL']);
    const link = connectNats({ url: config.NATS_URL, name: 'bench-naive', logger });
    lifecycle.own('nats', () => link.close());
    await link.ready(lifecycle.signal);
    const raw = await openRawClient(config);
    lifecycle.own('postgresql', () => raw.end());
    const stream = await openBenchStream(link);
    console.log(JSON.stringify({ ready: true }));
    while (!lifecycle.signal.aborted) {
      const batch = await stream.fetch(durable, batchSize);
      if (batch.length === 0) continue;
      await insert(raw, batch);
      for (const message of batch) message.ack();
    }
  },
});

interface PlainEvent {
  readonly eventId: string;
  readonly sessionId: string;
  readonly seq: number;
  readonly type: string;
  readonly timestamp: string;
  readonly callId?: string;
  readonly userId?: string;
}

async function insert(raw: RawClient, batch: readonly FetchedMessage[]): Promise<void> {
  const rows = batch.map(({ bytes, timestamp }) => ({
    event: JSON.parse(Buffer.from(bytes).toString()) as PlainEvent,
    recordedAt: timestamp,
  }));
  await raw.query({
    name: 'naive-insert',
    text: `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, call_id, user_id, recorded_at, payload)
      SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[],
        $8::timestamptz[], $9::jsonb[])
      ON CONFLICT DO NOTHING`,
    values: [
      rows.map(({ event }) => event.timestamp),
      rows.map(({ event }) => event.eventId),
      rows.map(({ event }) => event.sessionId),
      rows.map(({ event }) => event.seq),
      rows.map(({ event }) => event.type),
      rows.map(({ event }) => event.callId ?? null),
      rows.map(({ event }) => event.userId ?? null),
      rows.map(({ recordedAt }) => recordedAt),
      rows.map(({ event }) => JSON.stringify(event)),
    ],
  });
}
