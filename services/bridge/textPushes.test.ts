import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PushedEvent } from '../../shared/contracts/index.ts';
import { makeTextPushes, type TextPushes } from './textPushes.ts';

let pushed: { messageId: string; offset: number; delta: string }[];
let texts: TextPushes;
beforeEach(() => {
  vi.useFakeTimers();
  pushed = [];
  texts = makeTextPushes({
    push: (event: PushedEvent) => {
      if (event.name === 'message.streamed') pushed.push(event.payload);
    },
  });
});
afterEach(() => vi.useRealTimers());

const add = (messageId: string, offset: number, delta: string): void =>
  texts.add({ sessionId: 's', messageId, offset, delta });

it('sends the first delta at once', () => {
  add('a', 0, 'Hello');
  expect(pushed).toMatchObject([{ messageId: 'a', offset: 0, delta: 'Hello' }]);
});

it('sends 10,000 deltas of one second as at most 63 pushes, in order and whole', () => {
  let text = '';
  for (let at = 0; at < 10_000; at += 1) {
    add('a', text.length, `${at} `);
    text += `${at} `;
    if (at % 10 === 0) vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(pushed.length).toBeLessThanOrEqual(64);
  expect(pushed.map(({ delta }) => delta).join('')).toBe(text);
  let offset = 0;
  for (const part of pushed) {
    expect(part.offset).toBe(offset);
    offset += part.delta.length;
  }
});

it('keeps the texts of two messages apart', () => {
  add('a', 0, '1');
  add('a', 1, '2');
  add('b', 0, 'x');
  add('a', 2, '3');
  vi.advanceTimersByTime(16);
  expect(pushed.map(({ messageId, delta }) => `${messageId}${delta}`)).toEqual(['a1', 'a23', 'bx']);
});

it('sends at once again after a pause, and what is held when it is asked to', () => {
  add('a', 0, '1');
  vi.advanceTimersByTime(100);
  add('a', 1, '2');
  add('a', 2, '3');
  expect(pushed.map(({ delta }) => delta)).toEqual(['1', '2']);
  texts.flush();
  expect(pushed.map(({ delta }) => delta)).toEqual(['1', '2', '3']);
  vi.advanceTimersByTime(100);
  expect(pushed).toHaveLength(3);
});
