import { expect, it } from 'vitest';
import type { ApiResult, InsightsView } from '../../../shared/contracts/api/index.ts';
import { failed, makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { sampleInsights } from '../../testing/insightsStates.ts';
import { makeInsights } from './insightsStore.ts';

it('reads nothing before the screen asks, and again when the connection comes back', async () => {
  const client = makeFakeClient({ 'insights.get': () => ok(sampleInsights) });
  const { load, store } = makeInsights({ client });
  client.setConnection('open');
  expect(client.requests).toEqual([]);
  await load();
  expect(store.getState()).toMatchObject({ view: sampleInsights, loading: false, error: null });
  client.setConnection('closed');
  client.setConnection('open');
  await expect.poll(() => store.getState().loading).toBe(false);
  expect(client.requests).toHaveLength(2);
});

it('the answer to an older question never replaces that of a newer one', async () => {
  const answers: ((result: ApiResult<InsightsView>) => void)[] = [];
  const client = makeFakeClient({
    'insights.get': () => new Promise((resolve) => void answers.push(resolve)),
  });
  const { choose, store } = makeInsights({ client });
  const first = choose({ days: 90 });
  const second = choose({ days: 7 });
  answers[1]?.(ok({ ...sampleInsights, from: '2026-11-17' }));
  await second;
  answers[0]?.(ok({ ...sampleInsights, from: '2026-08-26' }));
  await first;
  expect(store.getState().view?.from).toBe('2026-11-17');
  expect(client.requests.map(({ input }) => input)).toEqual([
    { days: 90, of: { kind: 'all' } },
    { days: 7, of: { kind: 'all' } },
  ]);
});

it('what was read stays when the next question fails, and the failure goes when one is answered', async () => {
  const answers = [ok(sampleInsights), failed('journal_unreadable', 'It is broken.'), ok(sampleInsights)];
  const client = makeFakeClient({ 'insights.get': () => answers.shift() ?? failed('none', 'none') });
  const { load, store } = makeInsights({ client });
  await load();
  await load();
  expect(store.getState()).toMatchObject({ view: sampleInsights, error: { code: 'journal_unreadable' } });
  await load();
  expect(store.getState().error).toBeNull();
});
