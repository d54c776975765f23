import { expect, test } from 'vitest';
import { makeMetrics } from './metrics.ts';
import { makeTally, type Tally } from './tally.ts';

const row = (type: string, ageMs = 0) => ({
  type,
  occurredMs: Date.now() - ageMs,
  recordedMs: Date.now() - ageMs,
});

function tallyOf(rows: readonly ReturnType<typeof row>[]): Tally {
  const tally = makeTally(rows.length);
  for (const each of rows) tally.count(each, false);
  return tally;
}

test('an event type that a publisher made up does not make a series of its own', async () => {
  const { registry, written } = makeMetrics({ version: '1.2.3' });
  written(tallyOf(['telemetry', 'made.up.one', 'made.up.two'].map((type) => row(type))), 5);
  const text = await registry.metrics();
  expect(text).not.toContain('made.up');
  expect(text).toContain('spark_consumer_events_total{outcome="written",type="other"} 2');
  expect(text).toContain('spark_consumer_kept_whole_total{why="unknown_type"} 2');
  expect(text).toContain('spark_consumer_kept_whole_total{why="newer_schema"} 1');
});

test('the latencies of a batch are those of its events, at most 100 of them, and never negative', async () => {
  const { registry, written } = makeMetrics({ version: '1.2.3' });
  written(tallyOf(Array.from({ length: 1_000 }, () => row('telemetry', 2_000))), 5);
  const text = await registry.metrics();
  expect(text).toContain('spark_consumer_stream_latency_seconds_count 100');
  expect(text).toContain('spark_consumer_stream_latency_seconds_bucket{le="1"} 0');
  written(tallyOf([row('telemetry', -60_000)]), 5);
  expect(await registry.metrics()).toContain('spark_consumer_event_latency_seconds_bucket{le="0.005"} 1');
});

test('the series of an alert are there before anything happened', async () => {
  const text = await makeMetrics({ version: '1.2.3' }).registry.metrics();
  expect(text).toContain('spark_consumer_dead_letters_total{reason="db_rejected"} 0');
  expect(text).toMatch(/spark_consumer_build_info\{version="1\.2\.3",node="[\d.]+"\} 1/);
});
