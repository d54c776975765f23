import { monotonicMs, type Span } from '../../services/sandbox/activity.ts';
import type { App } from '../app.ts';
import type { Bench, MetricGroup } from '../context.ts';
import { metricOf } from '../report.ts';
import { coveredMs, pausesBetween } from '../spans.ts';
import { v7 as uuidv7 } from 'uuid';

/*
 * One request from the developer's message to the picture, through the web host as the window does it: chat.send,
 * the approval at once, the model's closing words, preview.render, the picture's bytes. From the whole the time is taken
 * away in which a stand-in was at work (answering, compiling, reloading, drawing), and then the pauses between two
 * looks at the editor while a compile is followed. What remains is SPARK's own share.
 */
export const requestGroup: MetricGroup = {
  ids: ['e2e.total', 'e2e.stand_ins', 'e2e.poll_waits', 'e2e.spark_share', 'e2e.preview', 'unity.write_calls'],
  async measure(bench) {
    const app = await bench.app();
    const warmUp = 1;
    const runs: Run[] = [];
    bench.say('e2e.spark_share');
    for (let n = 0; n < (bench.quick ? 1 : 10) + warmUp; n += 1) {
      bench.signal.throwIfAborted();
      const run = await playRequest(bench, app, n);
      if (n >= warmUp) runs.push(run);
    }
    const writes = runs.map(({ calls }) => calls.length);
    return [
      metricOf(
        { id: 'e2e.total', unit: 'ms', detail: 'from the message to the picture' },
        runs.map((run) => run.totalMs),
      ),
      metricOf(
        { id: 'e2e.stand_ins', unit: 'ms', detail: 'a stand-in was at work' },
        runs.map((run) => run.standInsMs),
      ),
      metricOf(
        {
          id: 'e2e.poll_waits',
          unit: 'ms',
          detail: 'between two looks at the editor while it compiled, no stand-in at work',
        },
        runs.map((run) => run.pollMs),
      ),
      metricOf(
        { id: 'e2e.spark_share', unit: 'ms', detail: 'the rest' },
        runs.map((run) => run.ownMs),
      ),
      metricOf(
        {
          id: 'e2e.preview',
          unit: 'ms',
          detail: 'preview.render and frame.read alone; bare: the stand-in drawing and answering',
        },
        runs.map((run) => run.previewMs),
        runs.map((run) => run.previewStandInMs),
      ),
      metricOf(
        {
          id: 'unity.write_calls',
          unit: 'calls',
          detail: `of one approved script: ${tally(runs.at(-1)?.calls ?? [])}`,
        },
        writes,
      ),
    ];
  },
};

interface Run {
  readonly totalMs: number;
  readonly standInsMs: number;
  readonly pollMs: number;
  readonly ownMs: number;
  readonly previewMs: number;
  readonly previewStandInMs: number;
  /** MCP calls and resources between the approval and the end of the call. */
  readonly calls: readonly string[];
}

const editorState = 'mcpforunity://editor/state';

async function playRequest(bench: Bench, app: App, n: number): Promise<Run> {
  const { client, takeActivity } = app;
  const { signal } = bench;
  const { session } = await client.request('session.create', { title: `Bench ${n}` });
  const { sessionId } = session;
  const within = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  const asked = client.waitFor(
    'call.changed',
    ({ call }) => call.sessionId === sessionId && call.state === 'awaiting_approval',
    within,
  );
  let busyAgain = false;
  const answered = client.waitFor(
    'session.changed',
    ({ session: now }) => {
      if (now.sessionId !== sessionId) return false;
      busyAgain ||= now.busy;
      return busyAgain && !now.busy;
    },
    within,
  );
  const ended = client.waitFor(
    'call.changed',
    ({ call }) => call.sessionId === sessionId && ['succeeded', 'failed'].includes(call.state),
    within,
  );
  await takeActivity();

  const startMs = monotonicMs();
  await client.request('chat.send', {
    sessionId,
    messageId: uuidv7(),
    text: `Create a player controller called Player${n}`,
  });
  const { call } = await asked;
  const approvedMs = monotonicMs();
  await client.request('approval.decide', { sessionId, callId: call.callId, decision: { kind: 'approve' } });
  const { call: end } = await ended;
  const endedMs = monotonicMs();
  if (end.state !== 'succeeded') throw new Error(`The call ended as ${end.state}: ${end.error?.message ?? ''}`);
  await answered;
  const previewStartMs = monotonicMs();
  const { frame } = await client.request('preview.render', { sessionId });
  const { bytes } = await client.request('frame.read', { frameId: frame.frameId });
  const endMs = monotonicMs();
  if (bytes.length !== frame.sizeBytes) throw new Error('The picture has another size than its description.');

  const { unity, model } = await takeActivity();
  const whole = { startMs, endMs };
  // A tool's span lies inside its request's.
  const busy = [...unity, ...model];
  const standInsMs = coveredMs(busy, whole);
  const looks = unity.filter(({ what, startMs: at }) => what === editorState && at > approvedMs && at < endedMs);
  const pollMs = coveredMs([...busy, ...pausesBetween(looks)], whole) - standInsMs;
  return {
    totalMs: endMs - startMs,
    standInsMs,
    pollMs,
    ownMs: endMs - startMs - standInsMs - pollMs,
    previewMs: endMs - previewStartMs,
    previewStandInMs: coveredMs(unity, { startMs: previewStartMs, endMs }),
    calls: callsIn(unity, approvedMs, endedMs),
  };
}

const notCalls = new Set(['request', 'compile', 'reload']);

const callsIn = (spans: readonly Span[], fromMs: number, toMs: number): string[] =>
  spans
    .filter(({ what, startMs }) => !notCalls.has(what) && startMs >= fromMs && startMs <= toMs)
    .map(({ what }) => what);

const tally = (names: readonly string[]): string =>
  [...Map.groupBy(names, (name) => name)].map(([name, group]) => `${group.length} × ${name}`).join(', ');
