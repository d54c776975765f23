import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HistoryHit, HistoryPage, RouteInput } from '../../../shared/contracts/api/index.ts';
import { failed, makeFakeClient, ok, type FakeClient } from '../../testing/fakeClient.ts';
import { makeMemory } from '../../testing/memory.ts';
import { idOf, sessionId } from '../../testing/samples.ts';
import { timesOf } from '../../lib/dateRange.ts';
import { emptyFilter, makeHistory, type HistoryHandle } from './historyStore.ts';

const hit = (n: number, of = sessionId): HistoryHit => ({
  hitId: String(n),
  kind: 'message',
  sessionId: of,
  title: 'Story',
  projectName: null,
  at: '2026-11-23T09:00:00.000Z',
  who: 'user',
  excerpt: [{ text: `hit ${n}`, hit: true }],
  place: { kind: 'message', messageId: `m${n}` },
});
type Answer = Parameters<typeof makeFakeClient>[0]['history.search'];

let client: FakeClient;
let history: HistoryHandle;
let answer: NonNullable<Answer>;
beforeEach(() => {
  vi.useFakeTimers();
  answer = ({ offset = 0 }) =>
    ok({
      hits: Array.from({ length: Math.min(50, 120 - offset) }, (_, n) => hit(offset + n)),
      total: 120,
      reading: null,
    });
  client = makeFakeClient({ 'history.search': (input) => answer(input) });
  history = makeHistory({ client, now: () => new Date(2026, 10, 23, 15) });
});
afterEach(() => {
  history.close();
  vi.useRealTimers();
});
const asked = (): RouteInput<'history.search'>[] =>
  client.requests.map(({ input }) => input as RouteInput<'history.search'>);
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(200);
const ids = (): string[] => history.store.getState().hits.map(({ hitId }) => hitId);

describe('the history', () => {
  it('is asked once, after a pause in typing, with all filters', async () => {
    history.filter({ words: 'pl' });
    history.filter({ words: 'player', kinds: new Set(['error']), projectName: 'Harbour', range: { kind: 'today' } });
    expect(history.store.getState().status).toBe('searching');
    await settle();
    const from = new Date(2026, 10, 23).toISOString();
    const query = {
      words: 'player',
      kinds: ['error'],
      projectName: 'Harbour',
      order: 'best',
      offset: 0,
      limit: 50,
      from,
    };
    expect(asked()).toEqual([query]);
    expect(history.store.getState()).toMatchObject({ status: 'ready', total: 120, active: 0 });
  });

  it('shows the answer of what is asked now, not one that comes late', async () => {
    let late: ((value: ReturnType<typeof ok<HistoryPage>>) => void) | undefined;
    answer = ({ words }) =>
      words === 'slow'
        ? new Promise((resolve) => {
            late = resolve;
          })
        : ok({ hits: [hit(7)], total: 1, reading: null });
    history.filter({ words: 'slow' });
    await settle();
    history.filter({ words: 'fast' });
    await settle();
    late?.(ok({ hits: [hit(1)], total: 1, reading: null }));
    await settle();
    expect(ids()).toEqual(['7']);
  });

  it('asks with a filter that was set while the answer without it was on its way', async () => {
    let first: ((value: ReturnType<typeof ok<HistoryPage>>) => void) | undefined;
    answer = ({ kinds }) =>
      kinds === undefined
        ? new Promise((resolve) => {
            first = resolve;
          })
        : ok({ hits: [hit(7)], total: 1, reading: null });
    history.filter({ words: 'lamp' });
    await settle();
    history.filter({ kinds: new Set(['change']) });
    first?.(ok({ hits: [hit(1), hit(2)], total: 2, reading: null }));
    await settle();
    expect(ids()).toEqual(['7']);
  });

  it('gets the next page once, leaves out what it has, and stops at the end', async () => {
    history.filter({ words: 'hit' });
    await settle();
    history.more();
    history.more();
    await settle();
    expect(ids()).toHaveLength(100);
    // An entry that was added in between moves the pages by one.
    answer = () => ok({ hits: Array.from({ length: 21 }, (_, n) => hit(99 + n)), total: 121, reading: null });
    history.more();
    await settle();
    expect(new Set(ids()).size).toBe(ids().length);
    expect(ids()).toHaveLength(120);
    answer = () => ok({ hits: [hit(119)], total: 121, reading: null });
    history.more();
    await settle();
    const before = asked().length;
    history.more();
    await settle();
    expect(asked()).toHaveLength(before);
  });

  it('says why it failed, and asks again', async () => {
    answer = () => failed('connection_closed', 'away');
    history.filter({ words: 'x1' });
    await settle();
    expect(history.store.getState()).toMatchObject({ status: 'failed', error: { message: 'away' } });
    answer = () => ok({ hits: [hit(1)], total: 1, reading: null });
    history.again();
    await settle();
    expect(history.store.getState()).toMatchObject({ status: 'ready', error: null });
  });

  it('without words and filters shows nothing, and a search under way is nobody’s', async () => {
    history.filter({ words: 'hit' });
    history.filter({ words: '' });
    await settle();
    expect(asked()).toEqual([]);
    expect(history.store.getState()).toMatchObject({ status: 'idle', hits: [] });
  });

  it('while older sessions are still read asks again by itself, and keeps where the person is', async () => {
    answer = () => ok({ hits: [hit(1), hit(2)], total: 2, reading: 40 });
    history.filter({ words: 'hit' });
    await settle();
    expect(history.store.getState()).toMatchObject({ status: 'ready', reading: 40 });
    history.setActive(1);
    answer = () => ok({ hits: [hit(1), hit(2), hit(3)], total: 3, reading: null });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(history.store.getState()).toMatchObject({ status: 'ready', reading: null, active: 1, total: 3 });
    const before = asked().length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked()).toHaveLength(before);
  });

  it('while older sessions are still read leaves further pages as they are', async () => {
    answer = ({ offset = 0 }) =>
      ok({ hits: Array.from({ length: 50 }, (_, n) => hit(offset + n)), total: 200, reading: 10 });
    history.filter({ words: 'hit' });
    await settle();
    history.more();
    await settle();
    answer = () => ok({ hits: [hit(900)], total: 1, reading: 60 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(ids()).toHaveLength(100);
    expect(history.store.getState().reading).toBe(60);
  });

  it('forgets the hits of a session that is deleted', async () => {
    answer = () => ok({ hits: [hit(1), hit(2, idOf(9))], total: 2, reading: null });
    history.filter({ words: 'hit' });
    await settle();
    client.push('session.deleted', { sessionIds: [idOf(9)] });
    expect(ids()).toEqual(['1']);
  });

  it('no longer looks only in a session that is deleted, and asks again with the other filters', async () => {
    history.filter({ words: 'hit', sessionId: idOf(9) });
    await settle();
    client.push('session.deleted', { sessionIds: [sessionId] });
    expect(history.store.getState().sessionId).toBe(idOf(9));
    client.push('session.deleted', { sessionIds: [idOf(9)] });
    expect(history.store.getState()).toMatchObject({ sessionId: null, status: 'searching' });
    await settle();
    expect(asked()).toHaveLength(2);
    expect(asked()[1]).toEqual({ words: 'hit', order: 'best', offset: 0, limit: 50 });
    expect(history.store.getState().status).toBe('ready');
  });

  it('looks for nothing when the deleted session was all that was asked for', async () => {
    history.filter({ sessionId: idOf(9) });
    await settle();
    client.push('session.deleted', { sessionIds: [idOf(9)] });
    await settle();
    expect(history.store.getState()).toMatchObject({ status: 'idle', sessionId: null, hits: [] });
    expect(asked()).toHaveLength(1);
  });
});

describe('a range of days', () => {
  const now = new Date(2026, 2, 1, 0, 30);
  it('is that of this machine’s calendar, first and last day included', () => {
    expect(timesOf({ kind: 'week' }, now)).toEqual({ from: new Date(2026, 1, 23).toISOString() });
    expect(timesOf({ kind: 'between', first: '2026-02-27', last: '2026-02-28' }, now)).toEqual({
      from: new Date(2026, 1, 27).toISOString(),
      to: new Date(2026, 2, 1).toISOString(),
    });
    expect(timesOf({ kind: 'between', first: '', last: 'soon' }, now)).toEqual({});
  });
});

it('what was looked for outlives a reload, and is asked for as soon as somebody can be asked', async () => {
  const kept = makeMemory();
  const before = makeHistory({ client, kept });
  const between = { kind: 'between', first: '2026-11-01', last: '' } as const;
  before.filter({ words: 'player', kinds: new Set(['error', 'call']), sessionId, range: between, order: 'newest' });
  before.close();
  client.setConnection('connecting');
  client.requests.length = 0;
  const after = makeHistory({ client, kept });
  await settle();
  expect(after.store.getState()).toMatchObject({ status: 'searching', words: 'player', sessionId, range: between });
  expect(after.store.getState().kinds).toEqual(new Set(['call', 'error']));
  expect(asked()).toEqual([]);
  client.setConnection('open');
  await settle();
  expect(asked()).toEqual([expect.objectContaining({ words: 'player', order: 'newest', kinds: ['call', 'error'] })]);
  expect(after.store.getState().status).toBe('ready');
  after.close();
});

it.each([{ words: 7, kinds: ['nonsense'], range: { kind: 'never' } }, { range: null }, {}])(
  'what was kept by another version is nothing (%o)',
  (fields) => {
    const after = makeHistory({ client, kept: { load: () => fields, save: () => undefined } });
    expect(after.store.getState()).toMatchObject({ ...emptyFilter, status: 'idle' });
    after.close();
  },
);
