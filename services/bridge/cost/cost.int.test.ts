import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { loadConfig } from '../../../shared/node/config/index.ts';
import { makeLifecycle } from '../../../shared/node/lifecycle/index.ts';
import { makeRig, type Rig } from '../../consumer/testing/rig.ts';
import { startCodeModelSimulator, type CodeModelSimulator } from '../../sandbox/codeModel/index.ts';
import { startRealtimeSimulator, type RealtimeSimulator } from '../../sandbox/realtime/index.ts';
import { startUnitySimulator } from '../../sandbox/unity/index.ts';
import { bridgeVariables, openBridge, type SparkBridge } from '../index.ts';
import { makeTestFolder, queryJournal, silentLogger } from '../testing/testJournal.ts';

/** Real PostgreSQL, NATS and consumer: what the stand-ins reported is what every store has. */
const data = makeTestFolder();
const lifecycle = makeLifecycle({ logger: silentLogger });
const patient = { timeout: 40_000, interval: 100 };
let rig: Rig;
let model: RealtimeSimulator;
let coder: CodeModelSimulator;
let bridge: SparkBridge;

beforeAll(async () => {
  rig = await makeRig();
  lifecycle.own('rig', rig.close);
  await rig.startConsumer();
  const unity = await startUnitySimulator({ projectDir: join(data.dir, 'SparkSample'), compileMs: 50, reloadMs: 50 });
  lifecycle.own('unity', unity.close);
  model = await startRealtimeSimulator({ deltaMs: 0 });
  lifecycle.own('model', model.close);
  coder = await startCodeModelSimulator({ deltaMs: 0 });
  lifecycle.own('coder', coder.close);
  const config = loadConfig(
    {
      ...inject('stack').env,
      SLATE_DB_NAME: rig.database.config.SLATE_DB_NAME,
      NATS_URL: rig.natsUrl,
      SPARK_DATA_DIR: join(data.dir, 'data'),
      UNITY_MCP_URL: unity.url,
      SPARK_REALTIME_URL: model.url,
      SPARK_REALTIME_MODEL: 'gpt-realtime-2.1',
      OPENAI_REALTIME_API_KEY: model.key,
      SPARK_CODE_MODEL_URL: coder.url,
      ANTHROPIC_API_KEY: coder.key,
      SPARK_SONNET_MODE: 'on',
      SPARK_SIMULATED: 'unity,model',
    },
    [...bridgeVariables],
  );
  bridge = await openBridge({ config, logger: silentLogger, lifecycle, hostKind: 'web', version: '0.0.0' });
}, 120_000);
afterAll(async () => {
  await lifecycle.shutdown('test');
  data.remove();
});

/** One request with a script by the code model, until nothing runs any more. */
async function ask(sessionId: string, text: string): Promise<void> {
  const open = () => bridge.api['session.open']({ sessionId });
  await bridge.api['chat.send']({ sessionId, messageId: uuidv7(), text });
  const waiting = async () => (await open()).calls.find(({ state }) => state === 'awaiting_approval')?.callId;
  await expect.poll(waiting, patient).toBeDefined();
  const callId = (await waiting()) ?? '';
  await bridge.api['approval.decide']({ sessionId, callId, decision: { kind: 'approve', remember: false } });
  await expect.poll(async () => (await open()).turn.kind, patient).toBe('idle');
}

const count = z.int().nonnegative();
const reported = z.object({
  id: z.string(),
  usage: z.object({
    input_tokens: count,
    output_tokens: count,
    input_token_details: z.object({ cached_tokens: count }),
  }),
});
/** Dollars per million of text are micro-dollars a token; each response is rounded half up. */
const priceOf = (
  input: number,
  cached: number,
  output: number,
  [fresh, read, out]: readonly [number, number, number],
) => Math.round(((input - cached) * fresh * 1_000 + cached * read * 1_000 + output * out * 1_000) / 1_000);

interface Said {
  readonly provider: string;
  readonly input: number;
  readonly cost: number;
}

/** What the stand-ins said, by response. */
function said(): Map<string, Said> {
  const ofModel = model.responses.map((response): readonly [string, Said] => {
    const { id, usage } = reported.parse(response);
    const { cached_tokens: cached } = usage.input_token_details;
    const cost = priceOf(usage.input_tokens, cached, usage.output_tokens, [4, 0.4, 24]);
    return [id, { provider: 'openai', input: usage.input_tokens, cost }];
  });
  const ofCoder = coder.log.flatMap(({ id, usage }): (readonly [string, Said])[] => {
    if (usage === null) return [];
    const { cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage;
    const cost = Math.round(usage.input_tokens * 2 + written * 2.5 + read * 0.1 + usage.output_tokens * 10);
    return [[id, { provider: 'anthropic', input: usage.input_tokens + written + read, cost }]];
  });
  return new Map([...ofModel, ...ofCoder]);
}
const sum = (costs: Iterable<{ readonly cost: number }>): number => [...costs].reduce((all, { cost }) => all + cost, 0);

it('window, journal, rows of the primary and the daily rollup say what the stand-ins reported', async () => {
  const sessions: string[] = [];
  for (const name of ['Health', 'Door']) {
    const { session } = await bridge.api['session.create']({});
    sessions.push(session.sessionId);
    await ask(session.sessionId, `Create a script called ${name}`);
  }
  const expected = said();
  const total = sum(expected.values());
  expect(new Set([...expected.values()].map(({ provider }) => provider))).toEqual(new Set(['openai', 'anthropic']));
  expect(total).toBeGreaterThan(0);

  const views = await Promise.all(sessions.map((sessionId) => bridge.api['usage.get']({ sessionId })));
  expect(views.map(({ day }) => day.costMicroUsd)).toEqual([total, total]);
  expect(views.map(({ project }) => project?.costMicroUsd)).toEqual([total, total]);
  expect(views.reduce((all, { session }) => all + (session.costMicroUsd ?? 0), 0)).toBe(total);
  expect(views.every(({ turn, session }) => turn?.costMicroUsd === session.costMicroUsd)).toBe(true);
  expect(views.map(({ calls }) => calls.length)).toEqual([1, 1]);
  expect((await bridge.api['health.get']({})).costMicroUsd).toBe(total);

  // oxlint-disable-next-line no-restricted-imports -- the file is looked at from outside, as another program would
  const sql = 'SELECT response_id AS id, cost_micro_usd AS cost FROM usage ORDER BY id';
  const kept = queryJournal(join(data.dir, 'data'), sql);
  const byId = [...expected].map(([id, { cost }]) => ({ id, cost })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(kept).toEqual(byId);

  const rows = () =>
    rig.database.query(
      'SELECT response_id AS id, cost_micro_usd::int AS cost FROM spark_usage WHERE recorded_at IS NOT NULL ORDER BY response_id COLLATE "C"',
    );
  await expect.poll(rows, patient).toEqual(byId);

  const [today] = views;
  await rig.database.query('SELECT spark_rollup_day($1)', [today?.day.date]);
  const daily = await rig.database.query(
    'SELECT provider, responses::int, input_tokens::int AS input, cost_micro_usd::int AS cost FROM spark_usage_daily ORDER BY provider',
  );
  const ofProvider = (provider: string) => {
    const own = [...expected.values()].filter((one) => one.provider === provider);
    return { provider, responses: own.length, input: own.reduce((all, one) => all + one.input, 0), cost: sum(own) };
  };
  expect(daily).toEqual([ofProvider('anthropic'), ofProvider('openai')]);
}, 120_000);
