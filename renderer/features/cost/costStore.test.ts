import { createStore } from 'zustand/vanilla';
import { expect, it } from 'vitest';
import { makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { sampleUsage } from '../../testing/costStates.ts';
import { makeCost } from './costStore.ts';

const { sessionId } = sampleUsage;
const budget = { spentMicroUsd: 10, allowedMicroUsd: 10, extendedMicroUsd: 0 } as const;
const spent = {
  ...sampleUsage,
  budgets: [
    { ...budget, scope: 'turn', state: 'near' },
    { ...budget, scope: 'day', state: 'reached' },
  ],
} satisfies typeof sampleUsage;

function setUp() {
  const client = makeFakeClient({ 'usage.get': () => ok(spent), 'budget.extend': () => ok(sampleUsage) });
  return { client, cost: makeCost({ client, openSession: createStore(() => ({ sessionId })) }) };
}

it('going on extends the budgets that are spent, and no other', async () => {
  const { client, cost } = setUp();
  expect(await cost.allowMore(sessionId)).toBe(true);
  expect(client.requests.filter(({ route }) => route === 'budget.extend')).toEqual([
    { route: 'budget.extend', input: { sessionId, scope: 'day' } },
  ]);
  expect(cost.store.getState().usage).toEqual(sampleUsage);
});

it('the figures of another session are never shown as this one’s, but are a reason to read again', async () => {
  const { client, cost } = setUp();
  client.push('usage.changed', { usage: { ...sampleUsage, sessionId: '01a20000-0000-7000-8000-00000000000f' } });
  expect(cost.store.getState().usage).toBeNull();
  await expect.poll(() => cost.store.getState().usage).toEqual(spent);
});
