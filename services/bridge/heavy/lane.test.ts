import { afterEach, expect, test } from 'vitest';
import { silentLogger as logger } from '../testing/testJournal.ts';
import type { HeavyChannel } from './channel.ts';
import { makeHeavyLane, type HeavyLane } from './lane.ts';
import type { HeavyAnswer, HeavyRequest } from './serve.ts';
import type { HeavyTask } from './tasks.ts';

/** A thread that does what a test says. */
interface FakeThread {
  readonly asked: HeavyRequest[];
  readonly answer: (answer: HeavyAnswer) => void;
  readonly die: () => void;
  isClosed: boolean;
}
let threads: FakeThread[];
let lane: HeavyLane;
afterEach(() => lane.close());

function start({ limitMs = 60_000, onPost }: { limitMs?: number; onPost?: (thread: FakeThread) => void } = {}): void {
  threads = [];
  lane = makeHeavyLane({ open: () => openFake(onPost), logger, limitMs, idleMs: 60_000 });
}
function openFake(onPost?: (thread: FakeThread) => void): HeavyChannel {
  let answer: FakeThread['answer'] = () => undefined;
  let die = (): void => undefined;
  const thread: FakeThread = { asked: [], answer: (one) => answer(one), die: () => die(), isClosed: false };
  threads.push(thread);
  return {
    post(request) {
      thread.asked.push(request);
      onPost?.(thread);
    },
    onAnswer: (listener) => (answer = listener),
    onEnd: (listener) => (die = listener),
    close: () => (thread.isClosed = true),
  };
}
const answerLast = (thread: FakeThread): void =>
  thread.answer({ id: thread.asked.at(-1)?.id ?? 0, ok: true, value: thread.asked.at(-1)?.task.kind });

const picture: HeavyTask = { kind: 'shrink_png', bytes: new Uint8Array(), edge: 1 };
const merge: HeavyTask = { kind: 'merge', texts: { base: '', now: '', target: '' } };

test('a task whose thread died is given once to a new thread; the others of the lane know nothing of it', async () => {
  start({ onPost: (thread) => (threads.length === 1 ? thread.die() : answerLast(thread)) });
  expect(await Promise.all([lane.run(picture), lane.run(merge)])).toEqual(['shrink_png', 'merge']);
  expect(threads.map(({ asked }) => asked.map(({ task }) => task.kind))).toEqual([
    ['shrink_png'],
    ['shrink_png', 'merge'],
  ]);
});

test('a task over which two threads died fails with words, and the next has a new thread', async () => {
  start({ onPost: (thread) => (threads.length < 3 ? thread.die() : answerLast(thread)) });
  const [first, second] = await Promise.allSettled([lane.run(merge), lane.run(picture)]);
  expect(first).toMatchObject({
    reason: { code: 'internal', message: expect.stringMatching(/^Merging the versions of a text failed: two threads/) },
  });
  expect(second).toEqual({ status: 'fulfilled', value: 'shrink_png' });
  expect(threads).toHaveLength(3);
});

test('where no thread can be had a task fails with words, and the next is tried', async () => {
  let tries = 0;
  threads = [];
  lane = makeHeavyLane({
    open() {
      tries += 1;
      if (tries <= 2) throw new Error('no more threads');
      return openFake(answerLast);
    },
    logger,
    limitMs: 60_000,
    idleMs: 60_000,
  });
  await expect(lane.run(picture)).rejects.toMatchObject({ code: 'internal' });
  expect(await lane.run(picture)).toBe('shrink_png');
});

test('a task that does not end is ended with its thread, and the next has a new one', async () => {
  start({
    limitMs: 1,
    onPost: (thread) => {
      if (thread.asked.at(-1)?.task.kind === 'shrink_png') answerLast(thread);
    },
  });
  await expect(lane.run(merge)).rejects.toMatchObject({ code: 'timeout' });
  expect(threads.map(({ isClosed }) => isClosed)).toEqual([true]);
  expect(await lane.run(picture)).toBe('shrink_png');
  expect(threads).toHaveLength(2);
});

test('a closed lane ends what runs and what waits', async () => {
  start();
  const ends = Promise.allSettled([lane.run(merge), lane.run(picture)]);
  await expect.poll(() => threads[0]?.asked.length).toBe(1);
  lane.close();
  const cancelled = { status: 'rejected', reason: { code: 'cancelled' } };
  expect(await ends).toMatchObject([cancelled, cancelled]);
  expect(threads.map(({ isClosed }) => isClosed)).toEqual([true]);
});

test('an error of the task is thrown as it was thrown there', async () => {
  const error = { code: 'not_found' as const, message: 'There is no such session.', data: { sessionId: 'a' } };
  start({ onPost: (thread) => thread.answer({ id: 1, ok: false, why: error.message, error }) });
  await expect(lane.run(picture)).rejects.toMatchObject({ name: 'AppError', ...error });
  start({ onPost: (thread) => thread.answer({ id: 1, ok: false, why: 'a bug', error: null }) });
  await expect(lane.run(picture)).rejects.toThrow('a bug');
});
