import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { bridgeVariables, openBridge, type SparkBridge } from '../../services/bridge/index.ts';
import { burst } from '../../services/sandbox/realtime/index.ts';
import { programEnvironment } from '../../services/sandbox/stack/environment.ts';
import { entries } from '../../services/sandbox/stack/paths.ts';
import { spawnProgram } from '../../services/sandbox/stack/program.ts';
import { loadConfig } from '../../shared/node/config/index.ts';
import type { Bench, MetricGroup } from '../context.ts';
import { metricOf, round } from '../report.ts';
import { median, percentile } from '../stats.ts';

/**
 * Pieces of text as fast as the stand-in of the model (a process of its own) can send them, through the bridge in this
 * process with its journal on disk, to a subscriber such as a window is.
 */
export const deltasGroup: MetricGroup = {
  ids: ['realtime.deltas', 'realtime.deltas_per_core', 'realtime.deltas_delay'],
  async measure(bench) {
    bench.say('realtime.deltas');
    const count = bench.quick ? 500 : 20_000;
    const { bridge, play } = await open(bench);
    const runs: Run[] = [];
    for (let n = 0; n < (bench.quick ? 2 : 12); n += 1) {
      bench.signal.throwIfAborted();
      await play(count);
      const run = await answerOf(bridge, count, bench.signal);
      // The first ones find cold code.
      if (n > 1 || bench.quick) runs.push(run);
    }
    await bridge.close();
    const share = round((median(runs.map(({ cpuMs, wallMs }) => cpuMs / wallMs)) || 0) * 100);
    const delays = runs.map(({ delayP99Ms }) => delayP99Ms);
    const detail = `answers of ${count} pieces, all kept in the journal and none lost; the bridge's process used ${share} % of a core`;
    return [
      metricOf(
        { id: 'realtime.deltas', unit: 'deltas/s', detail },
        runs.map(({ wallMs }) => (count / wallMs) * 1_000),
      ),
      metricOf(
        {
          id: 'realtime.deltas_per_core',
          unit: 'deltas/s',
          detail: "per second of the bridge's CPU time, all threads",
        },
        runs.map(({ cpuMs }) => (count / cpuMs) * 1_000),
      ),
      {
        ...metricOf(
          {
            id: 'realtime.deltas_delay',
            unit: 'ms',
            detail: "p99 of the event loop's delay while they come, by answer",
          },
          delays,
        ),
        value: round(percentile(delays, 0.5)),
      },
    ];
  },
};

interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly delayP99Ms: number;
}

const readyLine = z.looseObject({ url: z.url(), key: z.string() });

async function open(bench: Bench): Promise<{ bridge: SparkBridge; play: (count: number) => Promise<void> }> {
  const { lifecycle, logger, signal } = bench;
  const stack = await bench.stack();
  const model = await spawnProgram(
    {
      name: 'deltas-simulator',
      args: [entries.realtime, '--control', '--delta-ms', '0'],
      readyTimeoutMs: 30_000,
      children: stack.children,
      logDir: stack.logDir,
      env: programEnvironment({}),
    },
    signal,
  );
  lifecycle.own('deltas-simulator', () => model.stop());
  const { url, key } = readyLine.parse(model.ready);
  const env = {
    SPARK_DATA_DIR: join(bench.dir, 'deltas'),
    SPARK_REALTIME_URL: url,
    OPENAI_REALTIME_API_KEY: key,
    SPARK_SIMULATED: 'model',
  };
  const config = loadConfig(env, [...bridgeVariables]);
  const bridge = await openBridge({ config, logger, lifecycle, hostKind: 'web', version: '0.0.0' });
  return {
    bridge,
    async play(count) {
      const body = JSON.stringify([[burst(count)]]);
      const answer = await fetch(new URL('/sim/play', url.replace(/^ws/, 'http')), { method: 'POST', body });
      if (!answer.ok) throw new Error(`The stand-in refused the answer to play: ${await answer.text()}`);
    },
  };
}

/** One answer from its first piece to its end, on a connection that is open already. Throws when a piece is missing. */
async function answerOf(bridge: SparkBridge, count: number, signal: AbortSignal): Promise<Run> {
  const { sessionId } = (await bridge.api['session.create']({ title: 'Deltas' })).session;
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const began = { at: 0, cpu: process.cpuUsage() };
  let shown = '';
  const done = Promise.withResolvers<Run>();
  const onAbort = (): void => done.reject(new Error('The benchmark was ended.'));
  signal.addEventListener('abort', onAbort, { once: true });
  const stop = bridge.subscribe((event) => {
    if (event.name === 'message.streamed' && event.payload.sessionId === sessionId) {
      if (shown === '') {
        Object.assign(began, { at: performance.now(), cpu: process.cpuUsage() });
        delay.enable();
      }
      shown += event.payload.delta;
    } else if (event.name === 'message.changed' && event.payload.message.role === 'assistant') {
      if (event.payload.message.status === 'streaming') return;
      delay.disable();
      const { user, system } = process.cpuUsage(began.cpu);
      const wallMs = performance.now() - began.at;
      done.resolve({ wallMs, cpuMs: (user + system) / 1_000, delayP99Ms: delay.percentile(99) / 1e6 });
    }
  });
  try {
    await bridge.api['chat.send']({ sessionId, messageId: uuidv7(), text: 'hello' });
    const run = await done.promise;
    const { messages } = await bridge.api['session.open']({ sessionId });
    const kept = messages.find(({ role }) => role === 'assistant')?.text ?? '';
    const whole = 'a '.repeat(count);
    if (kept !== whole || shown !== whole) {
      throw new Error(`Of ${whole.length} characters ${kept.length} are kept and ${shown.length} were shown.`);
    }
    return run;
  } finally {
    stop();
    signal.removeEventListener('abort', onAbort);
  }
}
