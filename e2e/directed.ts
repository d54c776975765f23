import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeTranscript } from '../bench/transcript.ts';
import { startRealtimeSimulator, type RealtimeSimulator } from '../services/sandbox/realtime/index.ts';
import { startUnitySimulator, type UnitySimulator } from '../services/sandbox/unity/index.ts';
import { makeLifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { newSession, test as base } from './fixtures.ts';
import { makeFolder } from './hosts/folder.ts';
import type { Spark } from './hosts/spark.ts';

const logger = makeLogger({ name: 'e2e-directed', level: 'error' });

/** A SPARK whose stand-ins a test plays itself: what the model answers, what is in the project, what Unity says. */
export interface Directed {
  readonly unity: UnitySimulator;
  readonly model: RealtimeSimulator;
  readonly spark: Spark;
}

/** A session that is there when it starts: so many messages, a question and an answer in turn. */
export const longTranscript = { title: 'Ten thousand messages', count: 10_000 } as const;

export const test = base.extend<{ readonly stage: Page }, { directed: Directed }>({
  directed: [
    async ({ environment, startSpark }, use) => {
      const { stack } = environment.sandbox;
      const dir = await makeFolder(stack.stateDir, 'directed');
      const dataDir = join(dir, 'app');
      const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
      lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
      try {
        const unity = await startUnitySimulator({ projectDir: join(dir, 'Stage'), compileMs: 60, reloadMs: 60 });
        lifecycle.own('unity', unity.close);
        const model = await startRealtimeSimulator();
        lifecycle.own('model', model.close);
        writeTranscript({ dataDir, ...longTranscript, logger });
        const env = { UNITY_MCP_URL: unity.url, SPARK_REALTIME_URL: model.url, OPENAI_REALTIME_API_KEY: model.key };
        await use({ unity, model, spark: await startSpark({ env, dataDir, stack, lifecycle }) });
      } finally {
        await lifecycle.shutdown('end of the tests');
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  /** Its window, on a new session. */
  stage: async ({ show, directed }, use) => {
    const stage = await show(directed.spark);
    await newSession(stage);
    await use(stage);
  },
});
