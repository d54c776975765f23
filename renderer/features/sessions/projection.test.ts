import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCall, sampleMessage, sampleSnapshot, sessionId } from '../../testing/samples.ts';
import type { PushedEvent } from '../../../shared/contracts/api/index.ts';
import { fromSnapshot, projectAll, type OpenSession } from './projection.ts';

const streaming = (text: string): OpenSession =>
  fromSnapshot(sampleSnapshot({ messages: [sampleMessage(1, { text, status: 'streaming' })] }));
const project = (state: OpenSession, event: PushedEvent) => projectAll(state, [event]);
const delta = (state: OpenSession, offset: number, text: string) =>
  project(state, { name: 'message.streamed', payload: { sessionId, messageId: 'm1', offset, delta: text } });
const textOf = (state: OpenSession): string | undefined => state.messages.get('m1')?.text;

describe('the projection of the opened session', () => {
  it('appends a delta at its offset', () => {
    const { state, gap } = delta(streaming('Hel'), 3, 'lo');
    expect(textOf(state)).toBe('Hello');
    expect(gap).toBe(false);
  });

  it('leaves out a delta that is already in the text and takes the new part of one that overlaps', () => {
    expect(textOf(delta(streaming('Hello'), 3, 'lo').state)).toBe('Hello');
    expect(textOf(delta(streaming('Hel'), 2, 'lo').state)).toBe('Helo');
  });

  it('reports a gap for a delta after a missed one, and for an unknown message', () => {
    expect(delta(streaming('Hel'), 5, '!').gap).toBe(true);
    expect(delta(fromSnapshot(sampleSnapshot()), 0, 'x').gap).toBe(true);
  });

  it('ends with the same text however the deltas are cut and however many are repeated', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.array(fc.nat({ max: 8 })),
        fc.infiniteStream(fc.boolean()),
        (text, cuts, twice) => {
          let state = streaming('');
          let at = 0;
          for (const size of [...cuts, text.length]) {
            const piece = text.slice(at, at + size);
            state = delta(state, at, piece).state;
            if (twice.next().value === true) state = delta(state, at, piece).state;
            at += piece.length;
          }
          expect(textOf(state)).toBe(text);
        },
      ),
    );
  });

  it('keeps messages and calls in one order by position, whichever arrives first', () => {
    let state = fromSnapshot(sampleSnapshot({ messages: [sampleMessage(0), sampleMessage(3)] }));
    state = project(state, { name: 'call.changed', payload: { call: sampleCall(2) } }).state;
    state = project(state, { name: 'message.changed', payload: { message: sampleMessage(1) } }).state;
    expect(state.transcript.map(({ id }) => id)).toEqual(['m0', 'm1', 'c2', 'm3']);
  });

  it('keeps the same transcript array while an entry only changes its content', () => {
    const state = fromSnapshot(sampleSnapshot({ calls: [sampleCall(2)] }));
    const next = project(state, {
      name: 'call.changed',
      payload: { call: sampleCall(2, { state: 'succeeded' }) },
    }).state;
    expect(next.transcript).toBe(state.transcript);
    expect(next.calls.get('c2')?.state).toBe('succeeded');
  });

  it('applies many pushes as one after the other would, and leaves the state before them as it was', () => {
    const before = streaming('Hel');
    const streamed = (offset: number, text: string): PushedEvent => ({
      name: 'message.streamed',
      payload: { sessionId, messageId: 'm1', offset, delta: text },
    });
    const events: PushedEvent[] = [
      streamed(3, 'lo'),
      { name: 'call.changed', payload: { call: sampleCall(2) } },
      streamed(5, '!'),
      { name: 'call.changed', payload: { call: sampleCall(2, { state: 'succeeded' }) } },
    ];
    const { state, gap } = projectAll(before, events);
    expect(gap).toBe(false);
    expect(state).toEqual(events.reduce((now, event) => project(now, event).state, before));
    expect([textOf(state), state.calls.get('c2')?.state]).toEqual(['Hello!', 'succeeded']);
    expect([textOf(before), before.calls.size, before.transcript.length]).toEqual(['Hel', 0, 1]);
  });

  it('ignores what belongs to another session', () => {
    const state = fromSnapshot(sampleSnapshot());
    const other = { ...sampleMessage(1), sessionId: '0198c0de-0000-7000-8000-0000000000ff' };
    expect(project(state, { name: 'message.changed', payload: { message: other } }).state).toBe(state);
  });
});
