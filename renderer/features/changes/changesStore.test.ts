import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failed, makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { idOf, sampleChange, sampleSnapshot, sessionId } from '../../testing/samples.ts';
import { makeOpenSession } from '../sessions/openSessionStore.ts';
import { makeChanges } from './changesStore.ts';

type Answer = { stored: { changeId: string; recordedAt: null }[]; source: 'replica' | 'primary' | 'none' };

function setUp(answers: Answer[]) {
  const client = makeFakeClient({
    'session.open': () => ok(sampleSnapshot()),
    'change.list_stored': () => {
      const answer = answers.shift();
      return answer === undefined ? failed('timeout', 'No answer.') : ok(answer);
    },
  });
  const openSession = makeOpenSession({ client, schedule: (run) => run() });
  const changes = makeChanges({ client, openSession: openSession.store });
  const polls = (): number => client.requests.filter(({ route }) => route === 'change.list_stored').length;
  return { client, openSession, changes, polls };
}

describe('kept and stored', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('turns from kept to stored when the row is read back, and then stops asking', async () => {
    const row = { changeId: idOf(1), recordedAt: null };
    const { client, openSession, changes, polls } = setUp([
      { stored: [], source: 'replica' },
      { stored: [row], source: 'replica' },
    ]);
    await openSession.open(sessionId);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(polls()).toBe(0);
    client.push('change.changed', { change: sampleChange(1) });
    await vi.advanceTimersByTimeAsync(200);
    expect(changes.store.getState().stored.has(idOf(1))).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(changes.store.getState()).toMatchObject({ stored: new Set([idOf(1)]), source: 'replica' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(polls()).toBe(2);
  });

  it('asks less often while no database answers, and goes on after a failed poll', async () => {
    const { client, openSession, polls } = setUp([{ stored: [], source: 'none' }]);
    await openSession.open(sessionId);
    client.push('change.changed', { change: sampleChange(1) });
    await vi.advanceTimersByTimeAsync(200);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(polls()).toBe(1);
    await vi.advanceTimersByTimeAsync(7_000);
    expect(polls()).toBeGreaterThan(1);
  });

  it('does not ask while the connection is closed', async () => {
    const { client, openSession, polls } = setUp([]);
    await openSession.open(sessionId);
    client.setConnection('closed');
    client.push('change.changed', { change: sampleChange(1) });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(polls()).toBe(0);
  });
});
