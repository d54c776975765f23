import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationSettingsSchema, type CallView, type SonnetMode } from '../../../shared/contracts/index.ts';
import { makeLogger } from '../../../shared/node/logging/index.ts';
import { documentedFaults, startCodeModelSimulator, type CodeModelSimulator } from '../../sandbox/codeModel/index.ts';
import { makeCodeModel } from '../codeModel/index.ts';
import { makeCost, type Cost } from '../cost/index.ts';
import type { Journal } from '../journal/index.ts';
import { priceUsage } from '../realtime/index.ts';
import { sessionId } from '../testing/testJournal.ts';
import { useJournal } from '../testing/useJournal.ts';
import { makeCsharpChecker } from '../unity/csharp.ts';
import { startHarness, type Harness } from '../unity/testing/harness.ts';
import { authorshipOf } from './authorship.ts';
import { makeDispatcher } from './dispatcher.ts';
import type { Dispatcher } from './dispatcherTypes.ts';
import { makeInstructions } from './instructions.ts';
import { makeRateLimit } from './rateLimit/rateLimit.ts';
import { makeRegistry, toolsOf } from './registry.ts';
import type { FunctionSettings } from './types.ts';

const csharp = makeCsharpChecker();
const never = new AbortController().signal;
const path = 'Assets/Scripts/Health.cs';
const ours = 'public class Health { public int Ours; }\n';
let journal: Journal;
let unity: Harness;
let service: CodeModelSimulator;
let dispatcher: Dispatcher;
let settings: { -readonly [K in keyof FunctionSettings]: FunctionSettings[K] };
let budgets: { readonly sessionMicroUsd?: number };
let cost: Cost;
let waits: string[];
let logged: string[];

useJournal((opened) => (journal = opened));
beforeEach(async () => {
  service = await startCodeModelSimulator({ deltaMs: 0 });
  unity = await startHarness({ adapter: { ledger: journal.ledger } });
  await unity.unity.editor.refresh();
  waits = [];
  logged = [];
  const logger = makeLogger({ name: 'test', level: 'trace', sink: { write: (line) => void logged.push(line) } });
  const codeModel = (apiKey: string | undefined) =>
    makeCodeModel({ apiKey, baseUrl: service.url, model: 'claude-sonnet-5-5', csharp, logger });
  budgets = {};
  cost = makeCost({
    journal,
    settings: () => conversationSettingsSchema.parse({ budgets }),
    push: () => undefined,
    clock: Date.now,
  });
  settings = {
    sonnetMode: 'hybrid',
    codeModel: codeModel(service.key),
    cost,
    realtimeModel: 'gpt-realtime-test',
  };
  dispatcher = makeDispatcher({
    registry: makeRegistry(settings),
    journal,
    unity: unity.unity,
    settings,
    rateLimit: makeRateLimit({ perMinute: 100, user: 'me' }),
    directWriter: { lastFailure: () => null, write: async () => null },
    push(event) {
      if (event.name === 'call.changed' && event.payload.call.state === 'received')
        waits.push(event.payload.call.summary);
    },
    projectName: () => 'SparkSample',
    inform: async () => undefined,
    clock: Date.now,
    logger,
  });
  withoutKey = () => (settings.codeModel = codeModel(undefined));
});
let withoutKey: () => unknown;
afterEach(async () => {
  await dispatcher.close();
  await unity.close();
  await service.close();
  cost.close();
});

const viewOf = (callId: string): CallView | undefined => journal.calls.get(sessionId, callId)?.view;

/** Asks for the script, approves what is shown, and waits for the end. */
async function generate(mode: SonnetMode, args: Record<string, unknown> = {}, callId = 'c1') {
  settings.sonnetMode = mode;
  const argumentsJson = JSON.stringify({ prompt: 'a player health script', name: 'Health', ...args });
  const output = dispatcher.dispatch({ sessionId, callId, name: 'generateUnityScript', argumentsJson }, never);
  await expect
    .poll(() => viewOf(callId)?.state, { timeout: 15_000 })
    .toMatch(/awaiting_approval|failed|succeeded|cancelled/);
  const approval = viewOf(callId)?.approval;
  if (viewOf(callId)?.state === 'awaiting_approval') {
    dispatcher.decide(sessionId, callId, { kind: 'approve', remember: false });
  }
  const answer: unknown = JSON.parse(await output);
  return { answer, approval, view: viewOf(callId) };
}
const usageEvents = (): Record<string, unknown>[] =>
  journal.outbox
    .pending(200)
    .map((row): Record<string, unknown> => JSON.parse(Buffer.from(row.bytes).toString('utf8')))
    .filter(({ type }) => type === 'usage');

describe('SPARK_SONNET_MODE=off', () => {
  it('uses the contents that the conversation’s model sends, and says who wrote them', async () => {
    const { view, approval } = await generate('off', { contents: ours });
    expect(view?.state).toBe('succeeded');
    expect(approval).toMatchObject({ after: ours, author: 'gpt-realtime-test' });
    expect(await unity.disk(path)).toBe(ours);
    expect(service.requests()).toBe(0);
  });

  it('asks for contents that are missing, and never asks the code model', async () => {
    const { answer } = await generate('off');
    expect(answer).toMatchObject({ success: false, error: { code: 'invalid_input', data: { missing: 'contents' } } });
    expect(service.requests()).toBe(0);
  });
});

describe('SPARK_SONNET_MODE=hybrid', () => {
  it('uses contents that are given as they are', async () => {
    const { approval, view } = await generate('hybrid', { contents: ours });
    expect(approval).toMatchObject({ after: ours, author: 'gpt-realtime-test' });
    expect(view?.summary).not.toContain('written by');
    expect(service.requests()).toBe(0);
  });

  it('has contents that are left out written by the code model, which the approval and the call name', async () => {
    const { approval, view } = await generate('hybrid');
    expect(approval).toMatchObject({ kind: 'write', path, before: null, author: 'claude-sonnet-5-5' });
    expect(await unity.disk(path)).toContain('public class Health');
    expect(view).toMatchObject({
      state: 'succeeded',
      summary: expect.stringContaining('written by claude-sonnet-5-5'),
    });
    expect(view?.timing.map(({ step }) => step)).toContain('code model');
    expect(waits.some((what) => /^claude-sonnet-5-5 writes the code… \d+ lines?$/.test(what))).toBe(true);
  });

  it('asks the conversation’s model for the contents without a key', async () => {
    withoutKey();
    const { answer } = await generate('hybrid');
    expect(answer).toMatchObject({ error: { code: 'invalid_input', data: { missing: 'contents' } } });
  });

  it('falls back to the conversation’s model when the code model is away, and says why', async () => {
    service.play({ ...documentedFaults.overloadedInStream });
    const first = await generate('hybrid');
    expect(first.answer).toMatchObject({
      error: { code: 'code_model_unavailable', data: { reason: 'overloaded', missing: 'contents' } },
    });
    expect(first.view).toMatchObject({ state: 'failed', summary: 'claude-sonnet-5-5 is overloaded.' });
    const second = await generate('hybrid', { contents: ours }, 'c2');
    expect(second.approval).toMatchObject({ after: ours, author: 'gpt-realtime-test' });
    expect(second.view?.summary).toMatch(/ · written by gpt-realtime-test: claude-sonnet-5-5 is overloaded$/);
    const third = await generate('hybrid', { contents: `${ours}// more\n` }, 'c3');
    expect(third.view?.summary).not.toContain('overloaded');
  });
});

describe('SPARK_SONNET_MODE=on', () => {
  it('lets only the code model write, and gives it what was sent as a draft', async () => {
    const { approval } = await generate('on', { contents: 'public class Other { }\n' });
    expect(approval).toMatchObject({ author: 'claude-sonnet-5-5' });
    expect(await unity.disk(path)).toContain('public class Health');
    expect(JSON.stringify(service.log[0]?.body)).toContain('public class Other { }');
  });

  it('fails without a key, with what to do, and writes nothing', async () => {
    withoutKey();
    const { answer, view } = await generate('on', { contents: ours });
    expect(answer).toMatchObject({ error: { code: 'code_model_unavailable', data: { reason: 'no_key' } } });
    expect(view?.error?.message).toMatch(/ANTHROPIC_API_KEY.*Nothing was written.*SPARK_SONNET_MODE/);
    await expect(unity.disk(path)).rejects.toThrow('ENOENT');
  });

  it('mends: the code model gets the file as it is, and the errors that this session’s change left', async () => {
    await unity.generate('Other', 'public class Other { }\n\npublic class Health { }\n');
    const broken = 'public class Health { public int Mine; }\n';
    const first = await generate('off', { contents: broken });
    expect(first.answer).toMatchObject({ compile: { status: 'errors' } });
    await generate('on', { prompt: 'make it compile' }, 'c2');
    const sent = JSON.stringify(service.log[0]?.body.messages);
    expect(sent).toContain('public int Mine;');
    expect(sent).toContain('<compile_errors>\\nAssets/Scripts/Other.cs line 3: CS0101 The namespace');
  });

  it('knows the scripts beside the new one and those that it names', async () => {
    await unity.generate('Armor', 'public class Armor { public int Absorb(int damage) { return damage / 2; } }\n');
    await generate('on');
    expect(JSON.stringify(service.log[0]?.body.messages)).toContain('public int Absorb(int damage);');
  });

  it('is stopped by the developer while it writes', async () => {
    service.play(documentedFaults.stall);
    settings.sonnetMode = 'on';
    const call = {
      sessionId,
      callId: 'c1',
      name: 'generateUnityScript',
      argumentsJson: '{"prompt":"a","name":"Health"}',
    };
    const output = dispatcher.dispatch(call, never);
    await expect.poll(() => waits.some((what) => what.includes('line'))).toBe(true);
    expect(dispatcher.cancel(sessionId, 'c1')).toBe(true);
    expect(JSON.parse(await output)).toMatchObject({ error: { code: 'cancelled' } });
    expect(viewOf('c1')?.state).toBe('cancelled');
  });
});

describe('what the code model used', () => {
  it('is kept once for each answer with its provider, call and price, the refused one too', async () => {
    service.play(documentedFaults.refusal);
    await generate('hybrid', {}, 'c1');
    await generate('hybrid', {}, 'c2');
    const events = usageEvents();
    expect(events).toMatchObject([
      { provider: 'anthropic', callId: 'c1', model: 'claude-sonnet-5-5', responseId: service.log[0]?.id },
      { provider: 'anthropic', callId: 'c2', model: 'claude-sonnet-5-5', responseId: service.log[1]?.id },
    ]);
    const reported = service.log.flatMap(({ usage }) => (usage === null ? [] : [usage]));
    const input = reported.map(
      (usage) => usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
    );
    expect(events.map(({ inputTokens }) => inputTokens)).toEqual(input);
    const cost = reported.reduce(
      (sum, usage) =>
        sum +
        Math.round(
          usage.input_tokens * 2 +
            usage.cache_creation_input_tokens * 2.5 +
            usage.cache_read_input_tokens * 0.1 +
            usage.output_tokens * 10,
        ),
      0,
    );
    expect(cost).toBeGreaterThan(0);
    expect(journal.usage.costSince('2000-01-01T00:00:00.000Z')).toBe(cost);
  });

  it('stops before the next answer when the budget is spent, with one output for the call', async () => {
    await generate('on', {}, 'c1');
    budgets = { sessionMicroUsd: 1 };
    const { answer } = await generate('on', {}, 'c2');
    expect(service.log).toHaveLength(1);
    expect(viewOf('c2')).toMatchObject({ state: 'failed', error: { code: 'budget_reached' } });
    expect(answer).toMatchObject({
      success: false,
      error: { code: 'budget_reached', message: expect.stringContaining('The budget is spent') },
    });
  });

  it('has no price where the list does not hold', () => {
    const usage = { responseId: 'm', model: 'claude-sonnet-5-5', inputTokens: 10, cachedTokens: 0, outputTokens: 1 };
    const rest = {
      inputTextTokens: 10,
      inputAudioTokens: 0,
      inputImageTokens: 0,
      cachedTextTokens: 0,
      cachedAudioTokens: 0,
      cachedImageTokens: 0,
      outputTextTokens: 1,
      outputAudioTokens: 0,
    };
    expect(priceUsage({ ...usage, ...rest })).toBe(30);
    expect(priceUsage({ ...usage, ...rest, offList: true })).toBeNull();
  });
});

describe('what the conversation’s model is told', () => {
  const description = (): string => toolsOf(makeRegistry(settings))[0]?.description ?? '';

  it('follows the mode, while SPARK runs', () => {
    const told = (mode: SonnetMode): [string, string] => {
      settings.sonnetMode = mode;
      return [description(), makeInstructions(null, authorshipOf(settings))];
    };
    for (const text of told('off')) expect(text).toContain('the complete file in `contents`');
    for (const text of told('off')) expect(text).not.toContain('code model');
    for (const text of told('hybrid')) expect(text).toMatch(/leave `contents` out.*code model/s);
    for (const text of told('on')) expect(text).not.toContain('the complete file in `contents`');
    withoutKey();
    for (const text of told('hybrid')) expect(text).not.toContain('code model');
  });
});

it('the key stands in no log, event or call', async () => {
  service.play(documentedFaults.wrongKey);
  await generate('hybrid', {}, 'c1');
  await generate('hybrid', {}, 'c2');
  const events = journal.outbox.pending(200).map((row) => Buffer.from(row.bytes).toString('utf8'));
  const all = [...logged, ...events, JSON.stringify(journal.calls.list(sessionId))].join('\n');
  expect(all).toContain('claude-sonnet-5-5');
  expect(all).not.toContain(service.key);
});
