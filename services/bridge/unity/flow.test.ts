import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFlows } from './flow.ts';
import { makeQueue } from './queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What a call says while it waits in a queue. */
function setUp() {
  const flows = makeFlows();
  const queue = makeQueue({ limit: 10, flows });
  const run = (kind: 'read' | 'write', said: (string | null)[]) =>
    flows.during({ sessionId: 's', onWait: (what) => said.push(what) }, () =>
      queue.run(() => Promise.resolve(kind), undefined, kind),
    );
  return { queue, run };
}

describe('a call that waits', () => {
  it('says what for, when that changes, and when it goes on', async () => {
    const { queue, run } = setUp();
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const running = [queue.run(() => first.promise), queue.run(() => second.promise)];
    const said: (string | null)[] = [];
    const waiting = run('write', said);
    await vi.advanceTimersByTimeAsync(1_000);
    first.resolve();
    await vi.advanceTimersByTimeAsync(0);
    queue.hold('Unity: building');
    second.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(['behind 2 calls', 'behind 1 call', 'waits for Unity: building']);
    queue.hold(null);
    await waiting;
    await Promise.all(running);
    expect(said.at(-1)).toBeNull();
  });

  it('says nothing when it waits only for a moment', async () => {
    const { queue, run } = setUp();
    const gate = Promise.withResolvers<void>();
    const running = queue.run(() => gate.promise);
    const said: (string | null)[] = [];
    const waiting = run('read', said);
    await vi.advanceTimersByTimeAsync(100);
    gate.resolve();
    await Promise.all([running, waiting]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said).toEqual([]);
  });
});
