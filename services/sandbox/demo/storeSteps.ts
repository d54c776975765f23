import { subjectOf } from '../../../shared/contracts/index.ts';
import { AppError } from '../../../shared/errors/index.ts';
import type { DemoClient } from './apiClient.ts';
import { eventually, known, type Step } from './step.ts';
import type { Evidence, Story } from './types.ts';

const type = 'runtime.unity.script_generated';

/** Steps 5 to 8 of the seed: event, consumer, rollup, and what the window reads from the replica. */
export function storeSteps(options: {
  readonly client: DemoClient;
  readonly evidence: Evidence;
  readonly story: Story;
}): Step[] {
  const { client, evidence, story } = options;
  const { sessionId } = story;
  const subject = subjectOf({ type, sessionId });

  return [
    {
      id: 'nats_event',
      name: '5 NATS event',
      limitMs: 15_000,
      advice: 'check NATS_URL, and that JetStream is on and stream SPARK exists (spark-nats-consumer setup)',
      play: async (signal) => {
        const { changeId } = known(story.change, 'a change');
        const { streamSeq, event } = await eventually(
          `the message on ${subject}`,
          async () => {
            const found = await evidence.streamed(subject);
            return found?.event.type === type && found.event.changeId === changeId ? found : null;
          },
          signal,
        );
        story.event = event;
        return `stream SPARK, sequence ${streamSeq}: ${subject}, event ${event.eventId}`;
      },
    },
    {
      id: 'consumer',
      name: '6 consumer',
      limitMs: 20_000,
      advice: 'check that the consumer runs (spark-nats-consumer check) and read its log',
      play: async (signal) => {
        const event = known(story.event, 'an event');
        const row = await eventually('the row in spark_events', () => evidence.event(event), signal);
        return `primary: ${row.partition}, event ${event.eventId}, recorded at ${row.recordedAt}`;
      },
    },
    {
      id: 'rollups',
      name: '7 rollups',
      limitMs: 20_000,
      advice: 'check that the role may execute spark_rollup_day (roles: database/README.md)',
      play: async (signal) => {
        const day = known(story.event, 'an event').timestamp.slice(0, 10);
        const row = await eventually('the row in spark_events_daily', () => evidence.rollup(day, type), signal);
        if (row.events < 1)
          throw new AppError('db_rejected', `spark_events_daily counts ${row.events} events of ${type} on ${day}`);
        return `spark_rollup_day('${day}'): spark_events_daily ${type} = ${row.events}`;
      },
    },
    {
      id: 'ui_update',
      name: '8 window',
      limitMs: 20_000,
      advice: 'check SLATE_DB_REPLICA_HOST and the replica’s lag: health.get says both',
      play: async (signal) => {
        const { changeId, path } = known(story.change, 'a change');
        const source = await eventually(
          'the change, read from the replica',
          async () => {
            const answer = await client.request('change.list_stored', { sessionId, changeIds: [changeId] });
            if (answer.source !== 'replica')
              throw new AppError('db_unavailable', `the window read it from: ${answer.source}`);
            return answer.stored.some((stored) => stored.changeId === changeId) ? answer.source : null;
          },
          signal,
        );
        return `${source}: ✅ ${path.slice(path.lastIndexOf('/') + 1)} generated (kept → stored)`;
      },
    },
  ];
}
