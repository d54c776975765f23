import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { writeTranscript } from '../bench/transcript.ts';
import { startHost, urlOf } from '../services/sandbox/demo/environment.ts';
import { startRealtimeSimulator, type RealtimeSimulator } from '../services/sandbox/realtime/index.ts';
import { startUnitySimulator, type UnitySimulator } from '../services/sandbox/unity/index.ts';
import { makeLifecycle } from '../shared/node/lifecycle/index.ts';
import { makeLogger } from '../shared/node/logging/index.ts';
import { newSession, test as base } from './fixtures.ts';

const logger = makeLogger({ name: 'e2e-directed', level: 'error' });

/** A host whose stand-ins a test plays itself: what the model answers, what is in the project, what Unity says. */
export interface Directed {
  readonly unity: UnitySimulator;
  readonly model: RealtimeSimulator;
  readonly url: string;
}

/** A session that is there when the host starts: so many messages, a question and an answer in turn. */
export const longTranscript = { title: 'Ten thousand messages', count: 10_000 } as const;

export const test = base.extend<{ stage: Page }, { directed: Directed }>({
  directed: [
    async ({ environment }, use) => {
      const { stack } = environment.sandbox;
      const dir = await mkdtemp(join(stack.stateDir, 'directed-'));
      const dataDir = join(dir, 'app');
      const lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
      lifecycle.own('folder', () => rm(dir, { recursive: true, force: true }));
      try {
        const unity = await startUnitySimulator({ projectDir: join(dir, 'Stage'), compileMs: 60, reloadMs: 60 });
        lifecycle.own('unity', unity.close);
        const model = await startRealtimeSimulator();
        lifecycle.own('model', model.close);
        writeTranscript({ dataDir, ...longTranscript, logger });
        const host = await startHost(
          {
            SPARK_WEB_PORT: '0',
            SPARK_DATA_DIR: dataDir,
            UNITY_MCP_URL: unity.url,
            SPARK_REALTIME_URL: model.url,
            OPENAI_REALTIME_API_KEY: model.key,
          },
          stack,
          lifecycle,
        );
        await use({ unity, model, url: urlOf(host) });
      } finally {
        await lifecycle.shutdown('end of the tests');
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  /** The window of that host, on a new session. */
  stage: async ({ page, directed }, use) => {
    await page.goto(directed.url);
    await newSession(page);
    await use(page);
  },
});
