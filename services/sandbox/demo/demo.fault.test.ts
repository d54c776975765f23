import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { databaseVariables, makeDatabase, type Database } from '../../../database/index.ts';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLifecycle, waitMs, type Lifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { repositoryDir } from '../stack/paths.ts';
import { connectDemoClient, type DemoClient } from './apiClient.ts';
import { openSandboxEnvironment, startHost, urlOf, type SandboxEnvironment } from './environment.ts';
import { playDemo, type DemoOptions, type DemoReport } from './play.ts';
import type { StepId } from './step.ts';

/**
 * Each server dies before a demo starts: the demo ends at the step that needs it, with an error that names it. Then the
 * server is back, and every event that the app kept is in PostgreSQL exactly once.
 */
const logger = makeLogger({ name: 'test', level: 'silent' });
let lifecycle: Lifecycle;
let environment: SandboxEnvironment;
let client: DemoClient;
let owner: Database;
let stateDir: string;

beforeAll(async () => {
  const root = join(repositoryDir, '.spark', 'test');
  mkdirSync(root, { recursive: true });
  stateDir = mkdtempSync(join(root, 'demo-'));
  lifecycle = makeLifecycle({ logger, deadlineMs: 30_000 });
  environment = await openSandboxEnvironment({
    lifecycle,
    logger,
    stateDir,
    temporary: true,
    onProgress: () => undefined,
  });
  client = await connectDemoClient(environment.url);
  const { env, stack } = { env: environment.sandbox.env, stack: environment.sandbox.stack };
  owner = makeDatabase({
    config: loadConfig(
      { ...env, SLATE_DB_USER: stack.owner.user, SLATE_DB_PASSWORD: stack.owner.password },
      databaseVariables,
    ),
    logger,
  });
});

afterAll(async () => {
  client?.close();
  await owner?.close();
  await lifecycle?.shutdown('end of the test');
  rmSync(stateDir, { recursive: true, force: true });
});

/** A step whose server is away is waited for no longer; those before it have all the time that a demo gives them. */
const away = 4_000;
const play = (limitsMs: DemoOptions['limitsMs'] = {}): Promise<DemoReport> =>
  playDemo({ ...environment, client, limitsMs, signal: lifecycle.signal });

const failedStep = (report: DemoReport): { id: StepId; error: string } | undefined => {
  const step = report.steps.find((candidate) => !candidate.ok);
  return step === undefined ? undefined : { id: step.id, error: step.error ?? '' };
};

const counts = z.object({
  events: z.coerce.number(),
  ids: z.coerce.number(),
  highest: z.coerce.number(),
  calls: z.coerce.number(),
  open: z.coerce.number(),
});

/** Waits until the outbox is empty and every sequence number of the session has its row, then reads the counts. */
async function settledCounts(sessionId: string): Promise<z.infer<typeof counts>> {
  for (;;) {
    const { outboxDepth } = await client.request('health.get', {});
    const [row] = await owner.write((sql) =>
      sql.rows(
        {
          text: `SELECT count(*) AS events, count(DISTINCT event_id) AS ids, coalesce(max(seq), 0) - coalesce(min(seq), 1) + 1 AS highest,
                   (SELECT count(*) FROM spark_function_calls WHERE session_id = $1) AS calls,
                   (SELECT count(*) FROM spark_function_calls WHERE session_id = $1 AND finished_at IS NULL) AS open
                 FROM spark_events WHERE session_id = $1`,
          values: [sessionId],
        },
        counts,
      ),
    );
    if (outboxDepth === 0 && row !== undefined && row.events > 0 && row.events === row.highest) return row;
    await waitMs(200);
  }
}

async function expectExactlyOnce(sessionId: string): Promise<void> {
  const { events, ids, highest } = await settledCounts(sessionId);
  expect({ events, ids }).toEqual({ events: highest, ids: highest });
}

describe('the demo with a server away', () => {
  it('plays all ten steps when everything is there', async () => {
    const report = await play();
    expect(failedStep(report)).toBeUndefined();
    expect(report).toMatchObject({ ok: true, mode: 'sandbox' });
    expect(report.steps).toHaveLength(10);
    await expectExactlyOnce(report.sessionId);
  });

  it('names Unity when the editor and its server are gone, and works again when they are back', async () => {
    const unity = environment.sandbox.processes.unity;
    await unity?.kill();
    const report = await play({ unity_mcp: 20_000 });
    expect(failedStep(report)).toMatchObject({ id: 'unity_mcp', error: expect.stringContaining('Unity') });
    await unity?.restart();
    await expectExactlyOnce(report.sessionId);
    expect((await play()).ok).toBe(true);
  });

  it('names NATS when it is killed; what was kept arrives when it is back', async () => {
    const { nats } = environment.sandbox.stack;
    await nats.kill();
    const report = await play({ nats_event: away });
    expect(failedStep(report)).toMatchObject({ id: 'nats_event', error: expect.stringContaining('NATS') });
    await nats.start();
    await expectExactlyOnce(report.sessionId);
  });

  it('names the consumer when it is killed; the stream holds everything for it', async () => {
    const { consumer } = environment.sandbox.processes;
    await consumer?.kill();
    const report = await play({ consumer: away });
    expect(failedStep(report)).toMatchObject({ id: 'consumer', error: expect.stringContaining('consumer') });
    await consumer?.restart();
    await expectExactlyOnce(report.sessionId);
  });

  it('names the primary when it is killed; both writers catch up when it is back', async () => {
    const { primary } = environment.sandbox.stack;
    await primary.kill();
    const report = await play({ persistence: away });
    expect(failedStep(report)).toMatchObject({ id: 'persistence', error: expect.stringContaining('SLATE_DB_HOST') });
    await primary.start();
    await expectExactlyOnce(report.sessionId);
  });

  it('names the schema when a table is gone, and makes no dead letter of what only waits for it', async () => {
    await owner.write((sql) =>
      sql.run({ text: 'ALTER TABLE spark_generated_scripts RENAME TO spark_generated_scripts_away' }),
    );
    const report = await play({ persistence: away });
    expect(failedStep(report)).toMatchObject({ id: 'persistence', error: expect.stringContaining('spark-db status') });
    await owner.write((sql) =>
      sql.run({ text: 'ALTER TABLE spark_generated_scripts_away RENAME TO spark_generated_scripts' }),
    );
    await expectExactlyOnce(report.sessionId);
  });

  it('names the replica when it is stopped: the window then reads the primary and says so', async () => {
    const { replica } = environment.sandbox.stack;
    await replica.kill();
    const report = await play({ ui_update: 8_000 });
    expect(failedStep(report)).toMatchObject({ id: 'ui_update', error: expect.stringContaining('primary') });
    await replica.start();
    const again = await play();
    expect(failedStep(again)).toBeUndefined();
  });

  it('names the key when the model refuses it, and ends at once', async () => {
    const { env, stack } = environment.sandbox;
    const host = await startHost(
      { ...env, OPENAI_REALTIME_API_KEY: 'sk-wrong', SPARK_WEB_PORT: '0', SPARK_DATA_DIR: join(stateDir, 'refused') },
      stack,
      lifecycle,
    );
    const refused = await connectDemoClient(urlOf(host));
    const report = await playDemo({ ...environment, client: refused, signal: lifecycle.signal });
    refused.close();
    expect(failedStep(report)).toMatchObject({ error: expect.stringContaining('OPENAI_REALTIME_API_KEY') });
    expect(JSON.stringify(report)).not.toContain('sk-wrong');
  });
});
