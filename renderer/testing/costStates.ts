import type { UsageSum, UsageView } from '../../shared/contracts/api/index.ts';
import { conversationSettingsSchema, type ModelPrice } from '../../shared/contracts/settings.ts';
import type { GalleryState } from './galleryState.ts';
import { idOf, sampleCall, sampleMessage, sampleSession, sampleSnapshot } from './samples.ts';

/** What it costs: figures, budgets that are near and spent, a model without a price, the settings. */
const sum = (costMicroUsd: number | null, scale: number, unpricedResponses = 0): UsageSum => ({
  responses: 4 * scale,
  costMicroUsd,
  unpricedResponses,
  tokens: {
    input: { text: 8_412 * scale, audio: 610 * scale, image: 1_105 * scale },
    cached: { text: 6_208 * scale, audio: 0, image: 1_024 * scale },
    output: { text: 912 * scale, audio: 1_440 * scale },
  },
});
const text = (costMicroUsd: number | null, input: number, cached: number, output: number): UsageSum => ({
  ...sum(costMicroUsd, 1, costMicroUsd === null ? 3 : 0),
  responses: 3,
  tokens: {
    input: { text: input, audio: 0, image: 0 },
    cached: { text: cached, audio: 0, image: 0 },
    output: { text: output, audio: 0 },
  },
});
export const sampleUsage: UsageView = {
  sessionId: sampleSession().sessionId,
  turn: { messageId: 'm0', ...sum(12_304, 1) },
  session: sum(41_950, 3),
  day: { date: '2026-11-23', ...sum(380_112, 31) },
  project: { name: 'SparkSample', ...sum(4_120_500, 340) },
  byModel: [{ provider: 'openai', model: 'gpt-realtime-2.1-mini', ...sum(41_950, 3) }],
  calls: [],
  budgets: [],
};
const coded: UsageView = {
  ...sampleUsage,
  byModel: [
    ...sampleUsage.byModel,
    { provider: 'anthropic', model: 'claude-sonnet-5-5', ...text(18_340, 3_210, 2_048, 1_480) },
    { provider: 'openai', model: 'gpt-realtime-2.1-mini-2026-10-06', ...text(null, 2_048, 1_024, 96) },
  ],
  session: { ...sampleUsage.session, unpricedResponses: 3 },
  calls: [{ callId: 'c2', ...text(18_340, 3_210, 2_048, 1_480) }],
};
const near: UsageView = {
  ...sampleUsage,
  budgets: [
    { scope: 'turn', spentMicroUsd: 12_304, allowedMicroUsd: 50_000, extendedMicroUsd: 0, state: 'ok' },
    { scope: 'session', spentMicroUsd: 41_950, allowedMicroUsd: 50_000, extendedMicroUsd: 0, state: 'near' },
    { scope: 'day', spentMicroUsd: 380_112, allowedMicroUsd: 2_000_000, extendedMicroUsd: 1_000_000, state: 'ok' },
  ],
};
const spent: UsageView = {
  ...near,
  budgets: near.budgets.map((budget) =>
    budget.scope === 'session' ? { ...budget, spentMicroUsd: 50_310, state: 'reached' } : budget,
  ),
};

const asked = sampleMessage(0, { role: 'user', text: 'Create a player controller' });
const answer = sampleMessage(1, { text: 'I’ll add a script to `Assets/Scripts`, where your other scripts are.' });
const written = sampleCall(2, {
  state: 'succeeded',
  summary: 'created Assets/Scripts/PlayerController.cs · 47 lines · written by claude-sonnet-5-5',
  changeId: idOf(2),
  timing: [
    { step: 'code model', ms: 8_210 },
    { step: 'unity', ms: 310 },
  ],
});
const snapshot = sampleSnapshot({ messages: [asked, answer], calls: [written] });
const stopMessage =
  'The budget is spent: $0.0503 of $0.0500 for this session. Everything said and done so far is kept. Go on to allow $0.0500 more for this session, or change the budget.';

export const samplePrices: Readonly<Record<string, ModelPrice>> = {
  'gpt-realtime-2.1': {
    textIn: 4,
    textCached: 0.4,
    textOut: 24,
    audioIn: 32,
    audioCached: 0.4,
    audioOut: 64,
    imageIn: 5,
    imageCached: 0.5,
  },
  'gpt-realtime': { textIn: 4, textCached: 0.4, textOut: 16 },
  'claude-sonnet-5-5': { textIn: 2, textCached: 0.1, textCacheWritten: 2.5, textOut: 10 },
};

export const sampleSettings = conversationSettingsSchema.parse({
  budgets: { turnMicroUsd: 50_000, sessionMicroUsd: 50_000, dayMicroUsd: 1_000_000 },
  prices: { 'gpt-realtime-2.1-mini': { textIn: 0.6, textCached: 0.06, textOut: 2.4 } },
});

export const costStates: Readonly<Record<string, GalleryState>> = {
  cost: { snapshot, usage: sampleUsage, press: 'Cost today' },
  costModels: { snapshot, usage: coded, press: 'Cost today' },
  costBudgets: { snapshot, usage: spent, press: 'Cost today' },
  costCall: { snapshot, usage: coded, press: 'created' },
  budgetNear: { snapshot, usage: near },
  budgetSpent: {
    snapshot: {
      ...snapshot,
      turn: { kind: 'stopped', code: 'budget_reached', message: stopMessage, may: ['extend'] },
    },
    usage: spent,
  },
  settings: { snapshot, usage: near, window: { view: 'settings', settingsSection: 'budgets' } },
  settingsPrice: {
    snapshot,
    usage: near,
    window: { view: 'settings', settingsSection: 'prices' },
    press: 'Add a model',
  },
};
