import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { ConsoleReading } from '../../../shared/contracts/api/index.ts';
import { makeFakeClient, ok } from '../../testing/fakeClient.ts';
import { makeMemory } from '../../testing/memory.ts';
import { sampleCall, sessionId } from '../../testing/samples.ts';
import { noSession, type OpenSession } from '../sessions/projection.ts';
import { makeConsole } from './consoleStore.ts';

const reading = (messages: readonly string[]): ConsoleReading => ({
  kind: 'read',
  end: { instanceId: 'Game@1', total: messages.length, print: messages.join() },
  from: 0,
  lines: messages.map((message, place) => ({ place, severity: 'log', message, after: null })),
  calls: [],
});

function setUp(messages: string[], kept = makeMemory()) {
  let hidden = false;
  const client = makeFakeClient({
    'console.read': ({ known }) => {
      const now = reading(messages);
      return ok(known?.print === now.end.print ? { kind: 'unchanged' } : now);
    },
  });
  const openSession = createStore<OpenSession>(() => noSession);
  const console = makeConsole({ client, openSession, isHidden: () => hidden, pollMs: 1_000, kept });
  return { client, console, openSession, hide: (value: boolean) => (hidden = value) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the console in the window', () => {
  it('names a call by what it did, also when it was read while the call was at work', async () => {
    const client = makeFakeClient({
      'console.read': () =>
        ok({ ...reading(['a']), calls: [{ sessionId, callId: 'c1', summary: 'generateUnityScript' }] }),
    });
    const openSession = createStore<OpenSession>(() => noSession);
    const console = makeConsole({ client, openSession, isHidden: () => false, pollMs: 1_000 });
    const stop = console.watch(sessionId);
    await vi.advanceTimersByTimeAsync(0);
    expect(console.store.getState().calls.get('c1')?.summary).toBe('generateUnityScript');
    openSession.setState({ calls: new Map([['c1', sampleCall(1, { summary: 'created A.cs', finishedAt: null })]]) });
    expect(console.store.getState().calls.get('c1')?.summary).toBe('created A.cs');
    stop();
  });

  it('is read while it is watched, after calls that may have filled it, and not while the window is hidden', async () => {
    const { client, console, openSession, hide } = setUp(['a']);
    const stop = console.watch(sessionId);
    await vi.advanceTimersByTimeAsync(0);
    expect(client.requests).toHaveLength(1);
    const calls = (finishedAt: string | null, effect: 'read' | 'write') =>
      openSession.setState({ calls: new Map([['c1', sampleCall(1, { finishedAt, effect })]]) });
    calls(null, 'write');
    calls('2026-11-23T09:00:00.000Z', 'read');
    await vi.advanceTimersByTimeAsync(0);
    expect(client.requests).toHaveLength(1);
    calls('2026-11-23T09:00:01.000Z', 'write');
    await vi.advanceTimersByTimeAsync(0);
    expect(client.requests).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.requests).toHaveLength(3);
    hide(true);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(client.requests).toHaveLength(3);
    hide(false);
    stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(client.requests).toHaveLength(3);
  });

  it('keeps the chosen lines that are still the same, and what was put away until Unity clears its console', async () => {
    const messages = ['a', 'b'];
    const { console } = setUp(messages);
    await console.read(sessionId);
    console.clearView(true);
    messages.push('c');
    await console.read(sessionId);
    console.select([0, 2]);
    messages[0] = 'other';
    messages.push('d');
    await console.read(sessionId);
    expect(console.store.getState()).toMatchObject({ clearedBefore: 2, selected: new Set([2]) });
    messages.splice(0, 4, 'fresh');
    await console.read(sessionId);
    expect(console.store.getState()).toMatchObject({ clearedBefore: 0, selected: new Set() });
    expect(console.store.getState().lines.map(({ message }) => message)).toEqual(['fresh']);
  });

  it('of another session starts empty', async () => {
    const { console } = setUp(['a']);
    await console.read(sessionId);
    console.store.setState({ callId: 'c1' });
    await console.read('0198c0de-0000-7000-8000-000000000099');
    expect(console.store.getState()).toMatchObject({ callId: null, lines: [{ message: 'a' }] });
  });

  it('has its filter and its chosen lines again after a reload, as far as Unity still has them', async () => {
    const kept = makeMemory();
    const messages = ['a', 'b', 'c'];
    const before = setUp(messages, kept).console;
    await before.read(sessionId);
    before.toggleLevel('warning');
    before.store.setState({ text: 'x', collapse: false });
    before.select([0, 2]);
    messages[2] = 'other';
    const after = setUp(messages, kept).console;
    expect(after.store.getState()).toMatchObject({ levels: new Set(['error', 'log']), text: 'x', collapse: false });
    await after.read(sessionId);
    expect(after.store.getState().selected).toEqual(new Set([0]));
    after.select([]);
    await after.read(sessionId);
    expect(after.store.getState().selected).toEqual(new Set());
    const other = setUp(messages, kept).console;
    before.select([0]);
    await other.read('0198c0de-0000-7000-8000-000000000099');
    expect(other.store.getState().selected).toEqual(new Set());
  });
});
