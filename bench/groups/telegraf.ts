import { join } from 'node:path';
import type { RawClient } from '../../database/testing/rawClient.ts';
import { logTail } from '../../services/sandbox/stack/serverProcess.ts';
import { waitMs } from '../../shared/node/lifecycle/index.ts';
import { consume, copyBack, emptyTables, withConsumerRig, withOwner, type ConsumerRig } from '../consumerRig.ts';
import { timeMs, type MetricGroup } from '../context.ts';
import { metricOf } from '../report.ts';
import {
  findTelegraf,
  makeTelegraf,
  telegrafDurable,
  telegrafSettings,
  telegrafTable,
  telegrafVersion,
} from '../telegraf.ts';
import { eventsOnly, repeated, type Message } from '../workload.ts';

/** What a user would pick instead, in turn with SPARK and with COPY: the same events into a table like it. */
export const telegrafGroup: MetricGroup = {
  ids: ['consumer.telegraf.tuned', 'consumer.telegraf.defaults', 'consumer.telegraf.spark'],
  byName: true,
  async measure(bench) {
    const { quick } = bench;
    const binary = await findTelegraf(bench.signal, bench.say);
    bench.versions['telegraf'] = telegrafVersion;
    // At its defaults it needs a minute for this many.
    const counts = { tuned: quick ? 500 : 200_000, defaults: quick ? 500 : 60_000 };
    const rates = { spark: [] as number[], tuned: [] as number[], defaults: [] as number[], copy: [] as number[] };
    await withConsumerRig(bench, (rig) =>
      withOwner(rig, async (raw) => {
        const messages = eventsOnly(counts.tuned);
        for (let n = 1; n <= (quick ? 1 : 3); n += 1) {
          bench.say(`consumer.telegraf: round ${n}`);
          await emptyTables(raw);
          const { ms } = await consume(rig, raw, repeated(messages, `spark-${n}`));
          rates.spark.push((messages.length * 1_000) / ms);
          rates.copy.push((messages.length * 1_000) / (await copyBack(raw)));
          for (const kind of ['tuned', 'defaults'] as const) {
            const given = repeated(messages.slice(0, counts[kind]), `${kind}-${n}`);
            rates[kind].push(await measureOnce({ rig, raw, binary, kind }, given));
          }
          const said = Object.entries(rates).map(([name, values]) => `${name} ${Math.round(values.at(-1) ?? 0)}`);
          bench.say(`  msg/s: ${said.join(', ')}`);
        }
      }),
    );
    const about = (kind: 'spark' | 'tuned' | 'defaults', detail: string) =>
      metricOf({ id: `consumer.telegraf.${kind}`, unit: 'msg/s', detail }, rates[kind], rates.copy);
    return [
      about('tuned', `Telegraf ${telegrafVersion}: ${JSON.stringify(telegrafSettings.tuned)}, 40,000 unacknowledged`),
      about('defaults', `Telegraf ${telegrafVersion} at its own defaults, ${counts.defaults} events`),
      about('spark', `the consumer, same events, same rounds; bare in all three: COPY of the rows that it wrote`),
    ];
  },
};

/** Messages a second, from the start of its process: it has no sign of being ready. */
async function measureOnce(
  { rig, raw, binary, kind }: { rig: ConsumerRig; raw: RawClient; binary: string; kind: 'tuned' | 'defaults' },
  messages: readonly Message[],
): Promise<number> {
  const { stream, stack, bench } = rig;
  await raw.query({ text: telegrafTable.create });
  await stream.purge();
  await stream.fill(messages);
  // Its own durable lets 1,000 messages wait for their acknowledgement, and no setting of it changes that.
  await stream.makeDurable(telegrafDurable, kind === 'tuned' ? 40_000 : 1_000, { queue: telegrafDurable });
  const failed = (what: string): Error =>
    new Error(`${what} Its log ends with:\n${logTail(join(stack.logDir, 'telegraf.log'))}`);
  const telegraf = makeTelegraf({ binary, dir: bench.dir, stack, settings: telegrafSettings[kind] });
  try {
    const ms = await timeMs(async () => {
      await telegraf.start(bench.signal);
      const until = performance.now() + 180_000;
      while ((await stream.lagOf(telegrafDurable)) > 0) {
        if (telegraf.pid() === undefined) throw failed('Telegraf ended while it was measured.');
        if (performance.now() > until) throw failed('Telegraf did not come to an end within three minutes.');
        await waitMs(15, bench.signal);
        bench.signal.throwIfAborted();
      }
      // With several connections it acknowledges before it has written: the rows are what counts.
      for (let n = 0; (await countRows(raw)) < messages.length; n += 1) {
        if (n === 100) throw failed(`Telegraf wrote ${await countRows(raw)} of ${messages.length} rows.`);
        await waitMs(50, bench.signal);
      }
    });
    return (messages.length * 1_000) / ms;
  } finally {
    await telegraf.stop();
    await stream.dropDurable(telegrafDurable);
    await raw.query({ text: telegrafTable.drop });
  }
}

async function countRows(raw: RawClient): Promise<number> {
  const [row] = await raw.query({ text: telegrafTable.count });
  return Number(row?.['n']);
}
