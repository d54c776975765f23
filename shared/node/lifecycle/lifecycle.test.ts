import { describe, expect, it } from 'vitest';
import { makeLogger } from '../logging/index.ts';
import { makeLifecycle, retryUntilAborted } from './index.ts';

const logger = makeLogger({ name: 'test', level: 'silent' });

describe('lifecycle', () => {
  it('releases last in first out, after the signal was aborted', async () => {
    const lifecycle = makeLifecycle({ logger });
    const order: string[] = [];
    lifecycle.signal.addEventListener('abort', () => order.push('abort'));
    lifecycle.own('pool', () => void order.push('pool'));
    lifecycle.own('socket', async () => {
      await Promise.resolve();
      order.push('socket');
    });
    const report = await lifecycle.shutdown('test');
    expect(order).toEqual(['abort', 'socket', 'pool']);
    expect(report.released).toEqual(['socket', 'pool']);
  });

  it('goes on after a release that fails, and names one that hangs at the deadline', async () => {
    const lifecycle = makeLifecycle({ logger, deadlineMs: 60 });
    lifecycle.own('first', () => undefined);
    lifecycle.own('hanging', () => new Promise<void>(() => undefined));
    lifecycle.own('failing', () => {
      throw new Error('no');
    });
    const report = await lifecycle.shutdown('test');
    expect(report).toEqual({ reason: 'test', released: ['first'], failed: ['failing'], abandoned: ['hanging'] });
  });

  it('shuts down once however often it is asked', async () => {
    const lifecycle = makeLifecycle({ logger });
    let count = 0;
    lifecycle.own('counted', () => void (count += 1));
    await Promise.all([lifecycle.shutdown('a'), lifecycle.shutdown('b')]);
    expect(count).toBe(1);
  });

  it('forgets what was released early', async () => {
    const lifecycle = makeLifecycle({ logger });
    let count = 0;
    const release = lifecycle.own('early', () => void (count += 1));
    await release();
    await release();
    await lifecycle.shutdown('test');
    expect(count).toBe(1);
  });
});

describe('retryUntilAborted', () => {
  const retry = { signal: new AbortController().signal, isRetryable: () => true, baseMs: 1, capMs: 2 };

  it('tries again until it works', async () => {
    let tries = 0;
    const value = await retryUntilAborted(async (n) => {
      tries += 1;
      if (n < 3) throw new Error('not yet');
      return 'done';
    }, retry);
    expect([value, tries]).toEqual(['done', 4]);
  });

  it('stops at an error that waiting cannot mend', async () => {
    await expect(
      retryUntilAborted(() => Promise.reject(new Error('final')), { ...retry, isRetryable: () => false }),
    ).rejects.toThrow('final');
  });
});
