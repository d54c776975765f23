import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { itemIdOf, replayItems } from './replay.ts';

const base = { calls: [] };
const message = { messageId: '01234567-89ab-7def-8123-456789abcdef', text: 'again' };

test('the message being sent is not replayed twice when the journal has it already', () => {
  const history = [{ kind: 'message' as const, role: 'user' as const, text: 'again', messageId: message.messageId }];
  expect(replayItems({ ...base, history, message })).toHaveLength(1);
});

test('the same words typed earlier are another message', () => {
  const history = [{ kind: 'message' as const, role: 'user' as const, text: 'again', messageId: 'other' }];
  expect(replayItems({ ...base, history, message })).toHaveLength(2);
});

test('calls that are still open in the turn are left out of the history', () => {
  const call = { callId: 'c1', name: 'echo', argumentsJson: '{}', output: '{}' };
  const history = [{ kind: 'call' as const, ...call }];
  expect(replayItems({ history, message: null, calls: [{ ...call, output: null }] })).toEqual([]);
  expect(replayItems({ history, message: null, calls: [call] })).toHaveLength(2);
  expect(replayItems({ ...base, history, message: null })).toHaveLength(2);
});

test('a fact stands where it was told, and after the calls of the turn that it may be about', () => {
  const call = { callId: 'c1', name: 'echo', argumentsJson: '{}', output: '{"not":"known"}' };
  const history = [
    { kind: 'fact' as const, text: 'older' },
    { kind: 'message' as const, role: 'user' as const, text: 'again', messageId: message.messageId },
    { kind: 'call' as const, ...call },
    { kind: 'fact' as const, text: 'written after all' },
  ];
  const kinds = (calls: (typeof call)[]): string[] =>
    replayItems({ history, message, calls }).map(
      (item) =>
        /older|again|written after all|function_call_output|function_call/.exec(JSON.stringify(item))?.[0] ?? '',
    );
  const expected = ['older', 'again', 'function_call', 'function_call_output', 'written after all'];
  expect(kinds([call])).toEqual(expected);
  expect(kinds([])).toEqual(expected);
});

test('a history beyond the budget loses its oldest entries and says so', () => {
  const history = ['old', 'mid', 'new'].map((text) => ({ kind: 'message' as const, role: 'user' as const, text }));
  const items = replayItems({ ...base, history, message: null, budgetChars: 6 });
  expect(JSON.stringify(items)).not.toContain('"old"');
  expect(items).toHaveLength(3);
});

test('an item id is never longer than the service takes, and the same message has the same one', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), (id) => {
      expect(itemIdOf(id)).toMatch(/^[A-Za-z0-9_]{1,32}$/);
      expect(itemIdOf(id)).toBe(itemIdOf(id));
    }),
  );
});
