import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientItem } from './protocol/index.ts';
import { cutOutput, itemIdOf, maxOutputChars, replayItems } from './replay.ts';
import type { TurnCall } from './turn.ts';
import type { HistoryItem, ModelImage } from './types.ts';

const base = { calls: [], summary: null };
const noImages = { images: [] };
const message = { messageId: '01234567-89ab-7def-8123-456789abcdef', text: 'again' };

test('the message being sent is not replayed twice when the journal has it already', async () => {
  const history = [{ kind: 'message' as const, role: 'user' as const, text: 'again', messageId: message.messageId }];
  expect((await replayItems({ ...base, history, message })).items).toHaveLength(1);
});

test('the same words typed earlier are another message', async () => {
  const history = [{ kind: 'message' as const, role: 'user' as const, text: 'again', messageId: 'other' }];
  expect((await replayItems({ ...base, history, message })).items).toHaveLength(2);
});

test('calls that are still open in the turn are left out of the history', async () => {
  const call = { callId: 'c1', name: 'echo', argumentsJson: '{}', output: '{}', ...noImages };
  const history = [{ kind: 'call' as const, ...call }];
  const replay = async (calls: TurnCall[]): Promise<ClientItem[]> =>
    (await replayItems({ ...base, history, message: null, calls })).items;
  expect(await replay([{ ...call, output: null }])).toEqual([]);
  expect(await replay([call])).toHaveLength(2);
  expect(await replay([])).toHaveLength(2);
});

test('a fact stands where it was told, and after the calls of the turn that it may be about', async () => {
  const call = { callId: 'c1', name: 'echo', argumentsJson: '{}', output: '{"not":"known"}', ...noImages };
  const history = [
    { kind: 'fact' as const, text: 'older' },
    { kind: 'message' as const, role: 'user' as const, text: 'again', messageId: message.messageId },
    { kind: 'call' as const, ...call },
    { kind: 'fact' as const, text: 'written after all' },
  ];
  const kinds = async (calls: (typeof call)[]): Promise<string[]> =>
    (await replayItems({ ...base, history, message, calls })).items.map(
      (item) =>
        /older|again|written after all|function_call_output|function_call/.exec(JSON.stringify(item))?.[0] ?? '',
    );
  const expected = ['older', 'again', 'function_call', 'function_call_output', 'written after all'];
  expect(await kinds([call])).toEqual(expected);
  expect(await kinds([])).toEqual(expected);
});

test('on a reconnect within a turn, what was said between its calls stays between them, and a call that the journal lacks comes last', async () => {
  const call = (callId: string) => ({
    callId,
    name: 'echo',
    argumentsJson: '{}',
    output: `{"${callId}":1}`,
    ...noImages,
  });
  const said = (text: string): HistoryItem => ({ kind: 'message', role: 'assistant', text });
  const history: HistoryItem[] = [
    { kind: 'message', role: 'user', text: 'again', messageId: message.messageId },
    said('text one'),
    { kind: 'call', ...call('c1') },
    said('text two'),
    { kind: 'call', ...call('c2') },
    said('text three'),
  ];
  const calls = [call('c1'), call('c2'), call('c3')];
  const { items } = await replayItems({ ...base, history, message, calls });
  const order = items.flatMap((item) => /text \w+|"call_id":"c\d","out/.exec(JSON.stringify(item))?.[0] ?? []);
  const out = (callId: string): string => `"call_id":"${callId}","out`;
  expect(order).toEqual(['text one', out('c1'), 'text two', out('c2'), 'text three', out('c3')]);
});

test('pictures that are not sent take no room in the budget', async () => {
  const images = [{ mimeType: 'image/png', bytes: new Uint8Array([1]) }];
  const history: HistoryItem[] = Array.from({ length: 10 }, (_, position) => ({
    kind: 'message',
    role: 'user',
    text: `picture ${position}`,
    images,
    position,
  }));
  const left = async (count: number): Promise<number> =>
    (await replayItems({ ...base, history, message: null, budget: { tokens: 3_000, images: count } })).left.length;
  expect(await left(2)).toBe(0);
  expect(await left(10)).toBeGreaterThan(0);
});

test('a history beyond the budget keeps its newest half, and what is left is told apart', async () => {
  const history = ['old', 'mid', 'new'].map((text, position) => ({
    kind: 'message' as const,
    role: 'user' as const,
    text: text.repeat(100),
    position,
  }));
  const { items, left } = await replayItems({ ...base, history, message: null, budget: { tokens: 200, images: 1 } });
  expect(items).toHaveLength(1);
  expect(JSON.stringify(items)).toContain('newnew');
  expect(left.map(({ position }) => position)).toEqual([0, 1]);
});

test('what a summary covers is not replayed, and the summary stands first', async () => {
  const history = [0, 1, 2].map((position) => ({ kind: 'fact' as const, text: `fact ${position}`, position }));
  const summary = { upToPosition: 1, text: 'in short' };
  const { items, left } = await replayItems({ ...base, history, message: null, summary });
  expect(JSON.stringify(items)).toMatch(/in short.*fact 2/);
  expect(JSON.stringify(items)).not.toMatch(/fact [01]/);
  expect(left).toEqual([]);
});

test('the newest pictures are sent as pictures, older ones and those that are gone are told as left out', async () => {
  const picture = (byte: number): ModelImage => ({ mimeType: 'image/png', bytes: new Uint8Array([byte]) });
  const history: HistoryItem[] = [
    { kind: 'message', role: 'user', text: 'first', images: [picture(1)] },
    { kind: 'call', callId: 'c', name: 'look', argumentsJson: '{}', output: '{}', images: [async () => picture(2)] },
    { kind: 'message', role: 'user', text: 'second', images: [() => Promise.resolve(null)] },
  ];
  const { items } = await replayItems({ ...base, history, message: null, budget: { tokens: 10_000, images: 2 } });
  const wire = JSON.stringify(items);
  expect(wire).toContain('first\\n[A picture shown here earlier: left out]');
  expect(wire).toContain('data:image/png;base64,Ag==');
  expect(wire).toContain('second\\n[A picture shown here earlier: left out]');
  expect(wire).not.toContain('base64,AQ==');
});

test('an output beyond the limit is cut, says so and how to read the rest, and stays JSON', () => {
  const output = JSON.stringify({ contents: '🙂'.repeat(maxOutputChars) });
  const cut = cutOutput(output, 'readUnityScript');
  expect(cut.length).toBeLessThan(maxOutputChars);
  expect(JSON.parse(cut)).toMatchObject({ cut: expect.stringContaining('startLine') });
  expect(cutOutput('{}', 'echo')).toBe('{}');
});

test('an item id is never longer than the service takes, and the same message has the same one', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }), (id) => {
      expect(itemIdOf(id)).toMatch(/^[A-Za-z0-9_]{1,32}$/);
      expect(itemIdOf(id)).toBe(itemIdOf(id));
    }),
  );
});
