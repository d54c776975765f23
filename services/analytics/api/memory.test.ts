import { expect, test } from 'vitest';
import { makeGate } from './gate.ts';
import { makeShortMemory, tagOf } from './memory.ts';

const answer = (text: string) => ({ text, tag: tagOf(text) });

test('within its life an answer is told again, afterwards it is read again', async () => {
  let nowMs = 0;
  let reads = 0;
  const memory = makeShortMemory({ lifeMs: 100, maxChars: 1_000, now: () => nowMs });
  const ask = () => memory.get('usage', async () => answer(`read ${(reads += 1)}`));
  expect(await ask()).toMatchObject({ answer: { text: 'read 1' }, from: 'replica' });
  nowMs = 99;
  expect(await ask()).toMatchObject({ answer: { text: 'read 1' }, from: 'memory' });
  nowMs = 100;
  expect(await ask()).toMatchObject({ answer: { text: 'read 2' }, from: 'replica' });
});

test('those who ask the same at once share one read, and its failure is not remembered', async () => {
  let reads = 0;
  const memory = makeShortMemory({ lifeMs: 100, maxChars: 1_000, now: () => 0 });
  const failing = () => memory.get('x', () => Promise.reject(new Error(`away ${(reads += 1)}`)));
  const outcomes = await Promise.allSettled([failing(), failing()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(reads).toBe(1);
  expect(await memory.get('x', async () => answer('now'))).toMatchObject({ from: 'replica' });
});

test('it holds no more than it may: the oldest goes, and what is larger than all of it is never kept', async () => {
  const memory = makeShortMemory({ lifeMs: 100, maxChars: 10, now: () => 0 });
  const from = async (key: string, text: string) => (await memory.get(key, async () => answer(text))).from;
  expect(await from('a', '12345')).toBe('replica');
  expect(await from('b', '12345')).toBe('replica');
  expect(await from('c', '12345')).toBe('replica');
  expect([await from('b', '12345'), await from('c', '12345')]).toEqual(['memory', 'memory']);
  expect(await from('a', '12345')).toBe('replica');
  expect([await from('large', '12345678901'), await from('large', '12345678901')]).toEqual(['replica', 'replica']);
});

test('the gate lets so many run, the next wait in order, and the rest are told that it is busy', async () => {
  const through = makeGate({ running: 1, waiting: 1 });
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const running = through(async () => {
    await first.promise;
    order.push('first');
  });
  const waiting = through(async () => void order.push('second'));
  await expect(through(() => Promise.resolve())).rejects.toMatchObject({ code: 'busy' });
  first.resolve();
  await Promise.all([running, waiting]);
  expect(order).toEqual(['first', 'second']);
  await expect(through(() => Promise.reject(new Error('fails')))).rejects.toThrow('fails');
  expect(await through(() => Promise.resolve('free again'))).toBe('free again');
});
