import { statfs } from 'node:fs/promises';
import type { RawClient } from '../../database/testing/rawClient.ts';
import { consume, emptyTables, replicaFollows, withConsumerRig, withOwner, type ConsumerRig } from '../consumerRig.ts';
import { timeMs, type MetricGroup } from '../context.ts';
import { metricOf, type Metric } from '../report.ts';
import { appMix } from '../workload.ts';

/**
 * Whether a row costs more when many are there already. The tables are filled with rows as the app makes them: half of
 * the events in the month that is written to, half in the five months before, and the typed rows that belong to them.
 * At each size the consumer, a new process, writes events of new sessions; bare: the same into empty tables.
 */
export const tableSizeGroup: MetricGroup = {
  ids: ['0', '1m', '3m', '10m'].map((size) => `consumer.table_size.${size}`),
  byName: true,
  measure: (bench) =>
    withConsumerRig(bench, (rig) =>
      withOwner(rig, async (raw) => {
        const { quick } = bench;
        const unit = quick ? 1_000 : 1_000_000;
        await refuseWithoutRoom(rig, quick ? 0.2 : 25);
        await emptyTables(raw);
        const metrics: Metric[] = [];
        let filled = 0;
        let empty: readonly number[] = [];
        for (const [name, millions] of [
          ['0', 0],
          ['1m', 1],
          ['3m', 3],
          ['10m', 10],
        ] as const) {
          await fillTo(rig, raw, filled, millions * unit);
          filled = millions * unit;
          const rates: number[] = [];
          for (let n = 1; n <= (quick ? 1 : 3); n += 1) {
            bench.say(`consumer.table_size.${name}: round ${n}`);
            const messages = appMix(quick ? 300 : 60_000);
            const { ms } = await consume(rig, raw, messages);
            const rate = (messages.length * 1_000) / ms;
            rates.push(rate);
            bench.say(`  ${rate.toFixed(0)} msg/s`);
          }
          if (millions === 0) empty = rates;
          metrics.push(
            metricOf({ id: `consumer.table_size.${name}`, unit: 'msg/s', detail: await describe(raw) }, rates, empty),
          );
        }
        await emptyTables(raw);
        return metrics;
      }),
    ),
};

/** Primary, replica, WAL and the stream, with room to spare. */
async function refuseWithoutRoom({ bench }: ConsumerRig, neededGiB: number): Promise<void> {
  const { bavail, bsize } = await statfs(bench.dir);
  const freeGiB = (bavail * bsize) / 2 ** 30;
  bench.say(`consumer.table_size: ${freeGiB.toFixed(0)} GiB free, up to ${neededGiB} needed while it runs`);
  if (freeGiB < neededGiB) throw new Error(`${freeGiB.toFixed(1)} GiB are free on the disk; ${neededGiB} are needed.`);
}

const chunk = 250_000;

async function fillTo(rig: ConsumerRig, raw: RawClient, from: number, to: number): Promise<void> {
  const { bench } = rig;
  if (to === from) return;
  bench.say(`consumer.table_size: filling to ${to.toLocaleString('en')} events`);
  await raw.query({ text: `SELECT spark_ensure_partitions((now() - interval '6 months')::date, now()::date)` });
  for (let first = from; first < to; first += chunk) {
    bench.signal.throwIfAborted();
    const last = Math.min(first + chunk, to) - 1;
    for (const text of fillStatements) await raw.query({ text, values: [first, last] });
    // A replica that is left behind for more than 2 GB loses its place.
    await replicaFollows(rig, raw, 300);
  }
  // Else autovacuum does this some time later, in the middle of a measurement.
  for (const table of filledTables) await raw.query({ text: `VACUUM (ANALYZE) ${table}` });
}

const filledTables = ['spark_events', 'spark_function_calls', 'spark_usage', 'spark_telemetry'] as const;

/**
 * Rows $1 to $2. Sessions have 200 events each. Times fall back from now, by half into this month; an id begins with its
 * time, as a UUIDv7 does.
 */
const numbered = `
  SELECT n, md5('session ' || n / 200)::uuid AS session_id, at,
         (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5('event ' || n), 14))::uuid AS event_id
  FROM (
    SELECT n, CASE WHEN n % 2 = 0
                THEN now() - random() * (now() - date_trunc('month', now(), 'UTC'))
                ELSE date_trunc('month', now(), 'UTC') - random() * interval '5 months' END AS at
    FROM generate_series($1::bigint, $2::bigint) AS n
  ) AS placed`;

const fillStatements = [
  `INSERT INTO spark_events (occurred_at, event_id, session_id, seq, type, call_id, user_id, recorded_at, payload)
   SELECT at, event_id, session_id, n % 200, 'function_call', 'call_' || n / 4, 'developer@example.com', at,
          jsonb_build_object('eventId', event_id, 'type', 'function_call', 'sessionId', session_id, 'seq', n % 200,
            'timestamp', at, 'schemaVersion', 1, 'callId', 'call_' || n / 4, 'name', 'generateUnityScript',
            'effect', 'write', 'state', 'running', 'userId', 'developer@example.com',
            'source', jsonb_build_object('app', 'spark-desktop', 'version', '0.1.0', 'host', 'workstation'))
   FROM (${numbered}) AS made`,
  `INSERT INTO spark_function_calls (session_id, call_id, name, effect, state, seq, received_at, finished_at, recorded_at)
   SELECT session_id, 'call_' || n / 4, 'generateUnityScript', 'write', 'succeeded', n % 200, at, at, at
   FROM (${numbered}) AS made WHERE n % 8 = 0`,
  `INSERT INTO spark_usage (session_id, response_id, provider, model, input_tokens, cached_tokens, output_tokens, cost_micro_usd, occurred_at, seq, recorded_at)
   SELECT session_id, 'resp_' || n, 'openai', 'gpt-realtime-2.1-mini', 2400, 1900, 310, 1210, at, n % 200, at
   FROM (${numbered}) AS made WHERE n % 8 = 1`,
  `INSERT INTO spark_telemetry (event_id, session_id, name, value, unit, occurred_at, seq, recorded_at)
   SELECT event_id, session_id, 'turn_ms', 2300, 'ms', at, n % 200, at
   FROM (${numbered}) AS made WHERE n % 16 = 2`,
];

async function describe(raw: RawClient): Promise<string> {
  const [row] = await raw.query({
    text: `SELECT count(*)::int AS partitions, coalesce(sum(pg_total_relation_size(inhrelid)), 0)::float8 AS bytes,
                  coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 AS rows
           FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'spark_events'::regclass`,
  });
  const gib = (Number(row?.['bytes']) / 2 ** 30).toFixed(1);
  const day = { text: `SELECT sum(events)::float8 AS n FROM spark_events_daily WHERE day = current_date - 1` };
  const rollMs = await timeMs(() => raw.query({ text: 'SELECT * FROM spark_rollup_day(current_date - 1)' }));
  const [rolled] = await raw.query(day);
  return (
    `the app's mix into about ${Number(row?.['rows']).toLocaleString('en')} events in ${String(row?.['partitions'])} months, ${gib} GiB with indexes; ` +
    `spark_rollup_day of ${Number(rolled?.['n'] ?? 0).toLocaleString('en')} events took ${rollMs.toFixed(0)} ms; bare: into empty tables`
  );
}
