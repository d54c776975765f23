import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { conversationSettingsSchema, type PushedEvent } from '../../../shared/contracts/index.ts';
import type { Journal } from '../journal/index.ts';
import { addSession, makeTestFolder, openTestJournal, sessionId } from '../testing/testJournal.ts';
import { makeCost } from './cost.ts';
import { usageOf } from './testing.ts';
import type { Cost } from './types.ts';

const other = '01a20000-0000-7000-8000-000000000002';
let folder: ReturnType<typeof makeTestFolder>;
let journal: Journal;
let cost: Cost;
let now: number;
let budgets: Readonly<Record<string, number>>;
let pushed: PushedEvent[];

function open(): void {
  journal = openTestJournal(folder.dir, () => now);
  cost = makeCost({
    journal,
    settings: () => conversationSettingsSchema.parse({ budgets }),
    push: (event) => void pushed.push(event),
    clock: () => now,
  });
}
function close(): void {
  cost.close();
  journal.close();
}
const say = (messageId: string, id = sessionId): unknown =>
  journal.messages.insert({ sessionId: id, messageId, role: 'user', text: 'x', status: 'complete' });
/** A response of so many micro-dollars: cached text of this model costs 0.06 each, so 50 tokens are 3. */
let counter = 0;
function spend(microUsd: number, messageId = 'm1', id = sessionId): void {
  counter += 1;
  // Text in costs 4 micro-dollars a token.
  const usage = usageOf(`resp_${counter}`, { model: 'gpt-realtime-2.1', inputTextTokens: microUsd / 4 });
  cost.keep(id, usage, { provider: 'openai', messageId });
}
const ask = (messageId = 'm1', id = sessionId) => cost.mayContinue(id, { messageId });
const states = (id = sessionId) => cost.view(id).budgets.map(({ scope, state }) => `${scope} ${state}`);

beforeEach(() => {
  folder = makeTestFolder();
  now = Date.parse('2026-11-23T22:00:00.000Z');
  budgets = {};
  pushed = [];
  open();
  addSession(journal);
  addSession(journal, other);
  say('m1');
});
afterEach(() => {
  close();
  folder.remove();
});

it('without a budget nothing is ever stopped', () => {
  spend(40_000_000);
  expect(ask()).toEqual({ kind: 'go' });
  expect(states()).toEqual([]);
});

it('a budget is near from 80 % on and spent at 100 %, to the micro-dollar', () => {
  budgets = { sessionMicroUsd: 100_000 };
  spend(79_996);
  expect(states()).toEqual(['session ok']);
  spend(4);
  expect(states()).toEqual(['session near']);
  spend(19_996);
  expect(states()).toEqual(['session near']);
  expect(ask()).toEqual({ kind: 'go' });
  spend(4);
  expect(states()).toEqual(['session reached']);
  expect(ask()).toMatchObject({ kind: 'stop', code: 'budget_reached', may: ['extend'] });
});

it('a stop says what was spent, what is kept and what one click allows', () => {
  budgets = { turnMicroUsd: 50_000, dayMicroUsd: 1_000_000 };
  spend(1_200_000);
  expect(ask()).toMatchObject({
    message:
      'The budget is spent: $1.20 of $0.0500 for this turn and $1.20 of $1.00 for today. Everything said and done so far is kept. Go on to allow $0.0500 more for this turn and $1.00 more for today, until 00:00 UTC, or change the budget.',
  });
});

it('going on allows one more budget from what is spent, once for two clicks, and outlives a restart', () => {
  budgets = { sessionMicroUsd: 100_000 };
  spend(340_000);
  expect(cost.extend(sessionId, 'session').budgets).toEqual([
    { scope: 'session', spentMicroUsd: 340_000, allowedMicroUsd: 440_000, extendedMicroUsd: 340_000, state: 'ok' },
  ]);
  expect(cost.extend(sessionId, 'session').budgets).toMatchObject([{ allowedMicroUsd: 440_000 }]);
  close();
  open();
  spend(96_000);
  expect(states()).toEqual(['session near']);
  spend(4_000);
  expect(ask()).toMatchObject({ kind: 'stop' });
});

it('what was allowed holds for that turn, that session and that day only', () => {
  budgets = { turnMicroUsd: 10_000, dayMicroUsd: 30_000 };
  spend(30_000);
  cost.extend(sessionId, 'turn');
  cost.extend(sessionId, 'day');
  expect(ask()).toEqual({ kind: 'go' });
  say('m2');
  expect(states()).toEqual(['turn ok', 'day ok']);
  spend(10_000, 'm2');
  expect(ask('m2')).toMatchObject({ kind: 'stop' });
  expect(ask('m1')).toEqual({ kind: 'go' });
  now = Date.parse('2026-11-24T00:00:00.000Z');
  expect(cost.view(sessionId).budgets).toMatchObject([{}, { scope: 'day', spentMicroUsd: 0, allowedMicroUsd: 30_000 }]);
});

it('another session counts in the day alone', () => {
  budgets = { sessionMicroUsd: 10_000, dayMicroUsd: 10_000 };
  say('o1', other);
  spend(10_000, 'o1', other);
  expect(states()).toEqual(['session ok', 'day reached']);
});

it('a code model is held against the turn of its call', () => {
  const call = { callId: 'c1', name: 'generateUnityScript', argumentsJson: '{}' };
  journal.calls.insert({ ...call, sessionId, origin: 'model', effect: 'write' });
  say('m2');
  const usage = usageOf('msg_1', { model: 'claude-sonnet-5-5', outputTextTokens: 1_000 });
  cost.keep(sessionId, usage, { provider: 'anthropic', callId: 'c1' });
  budgets = { turnMicroUsd: 10_000 };
  expect(ask('m1')).toMatchObject({ kind: 'stop' });
  expect(cost.mayContinue(sessionId, { callId: 'c1' })).toMatchObject({ kind: 'stop' });
  expect(ask('m2')).toEqual({ kind: 'go' });
  expect(cost.view(sessionId).calls).toMatchObject([{ callId: 'c1', costMicroUsd: 10_000 }]);
});

it('a response without a price is counted in tokens and in no budget', () => {
  budgets = { sessionMicroUsd: 1 };
  cost.keep(sessionId, usageOf('r', { model: 'gpt-new', inputTextTokens: 9_000 }), { provider: 'openai' });
  expect(ask()).toEqual({ kind: 'go' });
  expect(cost.view(sessionId).session).toMatchObject({
    costMicroUsd: null,
    unpricedResponses: 1,
    tokens: { input: { text: 9_000 } },
  });
});

it('a budget that is not set cannot be extended', () => {
  expect(() => cost.extend(sessionId, 'day')).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  expect(() => cost.view('01a20000-0000-7000-8000-0000000000ff')).toThrow(
    expect.objectContaining({ code: 'not_found' }),
  );
});

it('the row, its event and the day are of one time', () => {
  spend(4);
  const [row] = journal.outbox.pending(10);
  const event: unknown = JSON.parse(Buffer.from(row?.bytes ?? []).toString());
  expect(event).toMatchObject({ type: 'usage', costMicroUsd: 4, timestamp: '2026-11-23T22:00:00.000Z' });
});

it('a response that is reported twice has one row and one event', () => {
  const usage = usageOf('resp_twice', { inputTextTokens: 1_000 });
  cost.keep(sessionId, usage, { provider: 'openai', messageId: 'm1' });
  cost.keep(sessionId, usage, { provider: 'openai', messageId: 'm1' });
  expect(cost.view(sessionId).session.responses).toBe(1);
  expect(journal.outbox.pending(10)).toHaveLength(1);
});

it('many responses at once are told to the window once, with the last figures', () => {
  vi.useFakeTimers();
  try {
    spend(4);
    spend(4);
    spend(4);
    expect(pushed).toEqual([]);
    vi.advanceTimersByTime(250);
    expect(pushed).toMatchObject([{ name: 'usage.changed', payload: { usage: { session: { costMicroUsd: 12 } } } }]);
  } finally {
    vi.useRealTimers();
  }
});
