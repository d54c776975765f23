import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseServerFrame, type ResponseEvent } from './protocol/index.ts';
import { trackResponse } from './response.ts';
import { makeRecordingHost, sessionId } from './testing.ts';

const event = (fields: Record<string, unknown>): ResponseEvent => {
  const parsed = parseServerFrame(JSON.stringify(fields));
  if (parsed.kind !== 'event') throw new Error(`not an event: ${JSON.stringify(parsed)}`);
  return parsed.event as ResponseEvent;
};

const message = {
  id: 'item_m',
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'Hello world' }],
};
const calls = ['a', 'b'].map((id) => ({
  id: `item_${id}`,
  type: 'function_call',
  name: 'echo',
  call_id: `call_${id}`,
  arguments: '{}',
  status: 'completed',
}));
const response_id = 'resp_1';
const whole: ResponseEvent[] = [
  event({ type: 'response.created', response: { id: response_id } }),
  event({ type: 'response.output_text.delta', response_id, item_id: 'item_m', delta: 'Hello ' }),
  event({ type: 'response.output_text.delta', response_id, item_id: 'item_m', delta: 'world' }),
  ...[message, ...calls].map((item) => event({ type: 'response.output_item.done', response_id, item })),
  event({ type: 'response.output_text.delta', response_id: 'resp_stranger', item_id: 'item_x', delta: 'not mine' }),
  event({ type: 'response.done', response: { id: response_id, status: 'completed', output: [message, ...calls] } }),
];

test('whatever the order of events: each message ends once, each call is there once, the response is over once', async () => {
  const order = fc
    .shuffledSubarray(whole.slice(1), { minLength: 1 })
    .chain((part) => fc.array(fc.constantFrom(...part)).map((repeated) => [...part, ...repeated]));
  await fc.assert(
    fc.asyncProperty(order, async (events) => {
      const host = makeRecordingHost();
      const ended = new Set(['resp_stranger']);
      const tracker = trackResponse({ sessionId, messageId: 'm', eventId: 'evt_1', model: 'm', host, ended });
      for (const each of events) tracker.accept(each);
      tracker.lose(false);
      const outcome = await tracker.outcome;
      const done = host.events.filter((entry) => entry.kind === 'done').map((entry) => entry.messageId);
      const started = host.events.filter((entry) => entry.kind === 'started').map((entry) => entry.messageId);
      expect(new Set(done).size).toBe(done.length);
      expect(done.toSorted()).toEqual(started.toSorted());
      expect(done).not.toContain('item_x');
      const isDone = events.some((each) => each.type === 'response.done');
      expect(outcome.kind).toBe(isDone ? 'done' : 'lost');
      if (outcome.kind === 'done')
        expect(outcome.calls.map((call) => call.call_id).toSorted()).toEqual(['call_a', 'call_b']);
    }),
  );
});

test('text that no delta brought is made up from the finished item', async () => {
  const host = makeRecordingHost();
  const tracker = trackResponse({ sessionId, messageId: 'm', eventId: 'evt_1', model: 'm', host, ended: new Set() });
  const [created, first, , item] = whole;
  for (const each of [created, first, item]) if (each !== undefined) tracker.accept(each);
  const deltas = host.events.flatMap((entry) => (entry.kind === 'delta' ? [entry.delta] : []));
  expect(deltas).toEqual(['Hello ', 'world']);
});
