import { v7 as uuidv7 } from 'uuid';
import { monotonicMs } from '../../services/sandbox/activity.ts';
import type { MetricGroup } from '../context.ts';
import { metricOf } from '../report.ts';

/** As the stand-in cuts its text: what comes within a tick of the window's clock arrives as one. */
const piecesIn = (text: string): string[] => text.match(/\s*\S+|\s+$/g) ?? [];

/** Each piece of streamed text, from the moment the stand-in of the model writes it to its arrival at the window's socket. */
export const firstDeltaGroup: MetricGroup = {
  ids: ['realtime.first_delta', 'realtime.delta'],
  async measure(bench) {
    const { client, takeActivity } = await bench.app();
    const first: number[] = [];
    const every: number[] = [];
    bench.say('realtime.first_delta');
    for (let n = 0; n < (bench.quick ? 2 : 30); n += 1) {
      bench.signal.throwIfAborted();
      const { session } = await client.request('session.create', { title: `Delta ${n}` });
      const { sessionId } = session;
      const arrivals: number[] = [];
      const stop = client.on('message.streamed', (payload) => {
        if (payload.sessionId !== sessionId) return;
        const now = monotonicMs();
        arrivals.push(...piecesIn(payload.delta).map(() => now));
      });
      const answered = client.waitFor(
        'message.changed',
        ({ message }) =>
          message.sessionId === sessionId && message.role === 'assistant' && message.status === 'complete',
        AbortSignal.any([bench.signal, AbortSignal.timeout(30_000)]),
      );
      await takeActivity();
      await client.request('chat.send', { sessionId, messageId: uuidv7(), text: 'hello' });
      await answered;
      stop();
      const sent = (await takeActivity()).model.filter(({ what }) => what === 'response.output_text.delta');
      if (sent.length !== arrivals.length) {
        throw new Error(`${sent.length} pieces were sent and ${arrivals.length} arrived: they cannot be matched.`);
      }
      const delays = arrivals.map((arrived, index) => arrived - (sent[index]?.startMs ?? arrived));
      every.push(...delays);
      first.push(...delays.slice(0, 1));
    }
    const { p95 } = metricOf({ id: 'realtime.first_delta', unit: 'ms' }, first);
    return [
      {
        ...metricOf(
          { id: 'realtime.first_delta', unit: 'ms', detail: 'first piece of each answer; value is the p95' },
          first,
        ),
        ...(p95 === undefined ? {} : { value: p95 }),
      },
      metricOf(
        { id: 'realtime.delta', unit: 'ms', detail: 'every piece; those that come within 16 ms are shown together' },
        every,
      ),
    ];
  },
};
