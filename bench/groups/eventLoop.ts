import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { bridgeVariables, openBridge, type SparkBridge } from '../../services/bridge/index.ts';
import { programEnvironment } from '../../services/sandbox/stack/environment.ts';
import { entries } from '../../services/sandbox/stack/paths.ts';
import { spawnProgram } from '../../services/sandbox/stack/program.ts';
import { loadConfig } from '../../shared/node/config/index.ts';
import { waitMs } from '../../shared/node/lifecycle/index.ts';
import type { Bench, MetricGroup } from '../context.ts';
import { metricOf } from '../report.ts';
import { writeLongChange } from '../transcript.ts';

/**
 * How long the event loop of the program that shows the window is held up while everything happens at once: an answer of
 * 500 pieces a second, a build, the history searched, frames made small and the diff of a long script written out. The stand-ins are processes of their own; the
 * bridge is in this one, as it is in the desktop app's main.
 */
export const eventLoopGroup: MetricGroup = {
  ids: ['app.event_loop_delay'],
  async measure(bench) {
    bench.say('app.event_loop_delay');
    const busy = await open(bench);
    const { bridge } = busy;
    const p99s: number[] = [];
    let highest = 0;
    for (let n = 0; n < (bench.quick ? 1 : 4); n += 1) {
      bench.signal.throwIfAborted();
      const delay = await busyTime(busy, bench);
      // The first one finds cold code.
      if (n === 0 && !bench.quick) continue;
      p99s.push(delay.p99Ms);
      highest = Math.max(highest, delay.maxMs);
    }
    await bridge.close();
    const detail = `p99 while 500 deltas a second come, a build runs, the history is searched, a frame is shrunk and the diff of a script of 20,000 lines is written out; longest ${highest.toFixed(1)} ms`;
    return [metricOf({ id: 'app.event_loop_delay', unit: 'ms', detail }, p99s)];
  },
};

const modelReady = z.looseObject({ url: z.url(), key: z.string() });
const unityReady = z.looseObject({ url: z.url() });

interface Busy {
  readonly bridge: SparkBridge;
  /** Makes the stand-in's next answer one of so many pieces. */
  readonly play: (count: number) => Promise<void>;
  readonly longSessionId: string;
}

async function open(bench: Bench): Promise<Busy> {
  const { lifecycle, logger, signal, dir } = bench;
  const stack = await bench.stack();
  const start = async (name: string, args: string[]) => {
    const { children, logDir } = stack;
    const program = await spawnProgram(
      { name, args, readyTimeoutMs: 30_000, children, logDir, env: programEnvironment({}) },
      signal,
    );
    lifecycle.own(name, () => program.stop());
    return program.ready;
  };
  const unity = unityReady.parse(
    await start('loop-unity', [entries.unity, '--project', join(dir, 'loop', 'Busy'), '--build-ms', '8000']),
  );
  const { url, key } = modelReady.parse(await start('loop-model', [entries.realtime, '--control', '--delta-ms', '2']));
  const dataDir = join(dir, 'loop', 'app');
  const longSessionId = writeLongChange({ dataDir, logger });
  const config = loadConfig(
    {
      SPARK_DATA_DIR: dataDir,
      UNITY_MCP_URL: unity.url,
      SPARK_REALTIME_URL: url,
      OPENAI_REALTIME_API_KEY: key,
      SPARK_SIMULATED: 'unity,model',
    },
    [...bridgeVariables],
  );
  const bridge = await openBridge({ config, logger, lifecycle, hostKind: 'web', version: '0.0.0' });
  return {
    bridge,
    longSessionId,
    async play(count) {
      const deltas = Array.from({ length: count }, () => 'word ');
      const body = JSON.stringify([[{ kind: 'text', text: deltas.join(''), deltas }]]);
      const answer = await fetch(new URL('/sim/play', url.replace(/^ws/, 'http')), { method: 'POST', body });
      if (!answer.ok) throw new Error(`The stand-in refused the answer to play: ${await answer.text()}`);
    },
  };
}

/** Node's histogram holds the time from one firing of its timer to the next: that of an idle loop is the interval itself. */
const intervalMs = 5;

async function busyTime(
  { bridge, play, longSessionId }: Busy,
  bench: Bench,
): Promise<{ readonly p99Ms: number; readonly maxMs: number }> {
  const { api } = bridge;
  const { sessionId } = (await api['session.create']({ title: 'Everything at once' })).session;
  await unityIsReady(bridge, bench.signal);
  const { frame } = await api['preview.render']({ sessionId, source: 'game_view', maxResolution: 1_024 });
  await play(bench.quick ? 200 : 4_000);
  const over = new AbortController();
  const done = Promise.withResolvers<void>();
  const built = Promise.withResolvers<void>();
  const stop = bridge.subscribe((event) => {
    if (event.name === 'build.changed' && ['succeeded', 'failed', 'cancelled'].includes(event.payload.build.state))
      built.resolve();
    if (event.name !== 'message.changed' || event.payload.message.sessionId !== sessionId) return;
    const { role, status } = event.payload.message;
    if (role === 'assistant' && status !== 'streaming') done.resolve();
  });
  const onAbort = (): void => {
    const ended = new Error('The benchmark was ended.');
    done.reject(ended);
    built.reject(ended);
  };
  bench.signal.addEventListener('abort', onAbort, { once: true });
  const delay = monitorEventLoopDelay({ resolution: intervalMs });
  try {
    await api['build.start']({ sessionId, target: 'windows64', development: false });
    await api['chat.send']({ sessionId, messageId: uuidv7(), text: 'hello' });
    delay.enable();
    const others = (async () => {
      while (!over.signal.aborted) {
        await api['history.search']({ words: 'word', order: 'best', offset: 0, limit: 50 });
        await api['frame.read']({ frameId: frame.frameId, size: 'thumbnail' });
        await api['session.export']({ sessionId: longSessionId, format: 'markdown' });
        await waitMs(100, over.signal);
      }
    })();
    await done.promise;
    delay.disable();
    over.abort();
    // The next round builds too, and Unity builds one thing at a time.
    await Promise.all([others, built.promise]);
    return { p99Ms: delay.percentile(99) / 1e6 - intervalMs, maxMs: delay.max / 1e6 - intervalMs };
  } finally {
    delay.disable();
    over.abort();
    stop();
    bench.signal.removeEventListener('abort', onAbort);
  }
}

async function unityIsReady(bridge: SparkBridge, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { dependencies } = await bridge.api['health.get']({});
    if (dependencies.some(({ id, status }) => id === 'unity' && status === 'ok')) return;
    await waitMs(100, signal);
  }
}
