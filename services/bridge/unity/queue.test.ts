import { describe, expect, it } from 'vitest';
import { makeQueue } from './queue.ts';

const deferred = () => Promise.withResolvers<void>();

describe('queue', () => {
  it('runs one at a time in the order of arrival', async () => {
    const queue = makeQueue({ limit: 10 });
    const log: string[] = [];
    let running = 0;
    const work = (name: string) => async () => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      log.push(name);
      running -= 1;
    };
    await Promise.all(['a', 'b', 'c'].map((name) => queue.run(work(name))));
    expect(log).toEqual(['a', 'b', 'c']);
    expect(queue.size()).toBe(0);
  });

  it('goes on after work that failed', async () => {
    const queue = makeQueue({ limit: 10 });
    const failing = queue.run(() => Promise.reject(new Error('no')));
    const after = queue.run(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    await expect(after).resolves.toBe('yes');
  });

  it('cancels what waits without touching what runs', async () => {
    const queue = makeQueue({ limit: 10 });
    const gate = deferred();
    const first = queue.run(() => gate.promise);
    const controller = new AbortController();
    let started = false;
    const second = queue.run(async () => {
      started = true;
    }, controller.signal);
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'cancelled' });
    gate.resolve();
    await first;
    expect(started).toBe(false);
  });

  it('refuses more than its limit', async () => {
    const queue = makeQueue({ limit: 1 });
    const gate = deferred();
    const first = queue.run(() => gate.promise);
    const second = queue.run(() => Promise.resolve());
    await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'unity_busy' });
    gate.resolve();
    await Promise.all([first, second]);
  });

  it('holds writes, and lets reads pass them', async () => {
    const queue = makeQueue({ limit: 10 });
    const log: string[] = [];
    queue.hold('Unity: building');
    const write = queue.run(async () => void log.push('write'), undefined, 'write');
    await queue.run(async () => void log.push('read'));
    expect(log).toEqual(['read']);
    queue.hold(null);
    await write;
    expect(log).toEqual(['read', 'write']);
  });

  it('lets no read pass a waiting write while the outcome of another is unknown, but what finds it out', async () => {
    let unsettled = true;
    const queue = makeQueue({ limit: 10, isUnsettled: () => unsettled });
    const log: string[] = [];
    queue.hold('Unity: building');
    const write = queue.run(async () => void log.push('write'), undefined, 'write');
    const read = queue.run(async () => void log.push('read'));
    await queue.run(async () => void log.push('look'), undefined, 'look');
    expect(log).toEqual(['look']);
    unsettled = false;
    queue.hold(null);
    await Promise.all([write, read]);
    expect(log).toEqual(['look', 'write', 'read']);
  });

  it('cancels a write that is held', async () => {
    const queue = makeQueue({ limit: 10 });
    queue.hold('Unity: building');
    const controller = new AbortController();
    const write = queue.run(() => Promise.resolve(), controller.signal, 'write');
    controller.abort();
    await expect(write).rejects.toMatchObject({ code: 'cancelled' });
    expect(queue.size()).toBe(0);
  });

  it('waits for what runs when it is closed, and refuses the rest', async () => {
    const queue = makeQueue({ limit: 10 });
    const gate = deferred();
    const first = queue.run(() => gate.promise);
    const second = queue.run(() => Promise.resolve());
    const refused = expect(second).rejects.toMatchObject({ code: 'cancelled' });
    let closed = false;
    const closing = queue.close().then(() => (closed = true));
    await refused;
    expect(closed).toBe(false);
    gate.resolve();
    await Promise.all([first, closing]);
    await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'cancelled' });
  });
});
