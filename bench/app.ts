import { join } from 'node:path';
import { z } from 'zod';
import { connectDemoClient, type DemoClient } from '../services/sandbox/demo/apiClient.ts';
import type { Span } from '../services/sandbox/activity.ts';
import { buildWindow } from '../services/sandbox/demo/window.ts';
import { programEnvironment } from '../services/sandbox/stack/environment.ts';
import { consumerRun, entries } from '../services/sandbox/stack/paths.ts';
import { spawnProgram, type RunningProgram } from '../services/sandbox/stack/program.ts';
import type { Logger } from '../shared/node/logging/index.ts';
import { writeTranscript } from './transcript.ts';
import type { Lifecycle } from '../shared/node/lifecycle/index.ts';
import type { Stack } from '../services/sandbox/stack/stack.ts';

/** The app as a person has it: web host, consumer and the two stand-ins, each a process, all on the run's stack. */
export interface App {
  readonly client: DemoClient;
  /** The window's address, token included. */
  readonly windowUrl: string;
  /** The Unity stand-in's MCP endpoint. */
  readonly unityUrl: string;
  /** What the stand-ins did since the last call, on the machine's monotonic clock. */
  readonly takeActivity: () => Promise<{ readonly unity: Span[]; readonly model: Span[] }>;
}

/** A session that is there from the start, for what a long one costs the window. */
export const longTranscript = { title: 'A long session', count: 1_000 } as const;

const unityReady = z.looseObject({ url: z.url() });
const modelReady = z.looseObject({ url: z.url(), key: z.string() });
const hostReady = z.looseObject({ url: z.url() });
const activityBody = z.object({
  spans: z.array(z.object({ what: z.string(), startMs: z.number(), endMs: z.number() })),
});

export async function openApp(options: {
  readonly stack: Stack;
  readonly dir: string;
  readonly lifecycle: Pick<Lifecycle, 'own' | 'signal'>;
  readonly logger: Logger;
  readonly say: (message: string) => void;
}): Promise<App> {
  const { stack, dir, lifecycle, logger } = options;
  const start = async (name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const program: RunningProgram = await spawnProgram(
      {
        name,
        args,
        readyTimeoutMs: 30_000,
        children: stack.children,
        logDir: stack.logDir,
        env: programEnvironment({ ...stack.env, ...env }),
      },
      lifecycle.signal,
    );
    lifecycle.own(name, () => program.stop());
    return program;
  };
  // The web host serves no window that was not built.
  await buildWindow({ signal: lifecycle.signal, onProgress: options.say });
  options.say('starting the stand-ins, the consumer and the web host');
  const account = { SLATE_DB_USER: stack.consumer.user, SLATE_DB_PASSWORD: stack.consumer.password };
  const [unityProgram, modelProgram] = await Promise.all([
    start('unity-simulator', [entries.unity, '--project', join(dir, 'unity', 'Bench'), '--control']),
    start('realtime-simulator', [entries.realtime, '--control']),
    start('bench-consumer', consumerRun, account),
  ]);
  const unity = unityReady.parse(unityProgram.ready);
  const model = modelReady.parse(modelProgram.ready);
  const dataDir = join(dir, 'app');
  writeTranscript({ dataDir, ...longTranscript, logger });
  const host = await start('web-host', [entries.web, '--json'], {
    UNITY_MCP_URL: unity.url,
    SPARK_REALTIME_URL: model.url,
    OPENAI_REALTIME_API_KEY: model.key,
    SPARK_SIMULATED: 'unity,model',
    SPARK_DATA_DIR: dataDir,
    SPARK_WEB_PORT: '0',
  });
  const { url: windowUrl } = hostReady.parse(host.ready);
  const client = await connectDemoClient(windowUrl);
  lifecycle.own('client', () => client.close());
  const ask = async (origin: string): Promise<Span[]> => {
    const answer = await fetch(new URL('/sim/activity', origin.replace(/^ws/, 'http')));
    return activityBody.parse(await answer.json()).spans;
  };
  return {
    client,
    windowUrl,
    unityUrl: unity.url,
    async takeActivity() {
      const [unitySpans, modelSpans] = await Promise.all([ask(unity.url), ask(model.url)]);
      return { unity: unitySpans, model: modelSpans };
    },
  };
}
